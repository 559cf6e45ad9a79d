"""``python -m copkit_delphi``: the same as the ``copkit-delphi`` command."""

from copkit_delphi.cli.main import main

if __name__ == "__main__":
    main()
