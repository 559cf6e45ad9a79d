"""Mails in French. Not yet read by a native speaker."""

from __future__ import annotations

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = ("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
          "novembre", "décembre")  # fmt: skip
MOMENT = "{weekday} {day} {month} {year} à {time} ({zone})"
DAY = "{weekday} {day} {month} {year}"
CALENDAR = "Consultation d'experts : dernier jour pour vos réponses"

_LINK = "\n\n{link}\n\n"
_YOURS = "Ce lien vous est réservé : merci de ne pas le transmettre.\n"
_END = "\nMerci pour votre temps et votre avis.\n"

LOST_LINK = (
    "Un nouveau lien vers vos réponses",
    "Bonjour {name},\n\n"
    "un nouveau lien personnel a été demandé à cette adresse. Le voici :" + _LINK + "Vos liens précédents cessent de fonctionner dès que vous ouvrez celui-ci et appuyez sur le bouton. Ce que vous "
    "avez enregistré est conservé. Si vous n’avez rien demandé, vous n’avez rien à faire.\n" + _YOURS + "Questions : {contact}.\n" + _END,
)  # fmt: skip

TEXTS = {
    "invitation": (
        "Votre avis d'expert est sollicité",
        "Bonjour {name},\n\n"
        "nous vous demandons votre avis d'expert, pour le compte de {commissioner}. Il faut environ {minutes} minutes par tour. "
        "Votre lien personnel :" + _LINK + "Vous y décidez si vous participez ; vous pouvez aussi refuser.\n\n"
        "Financement : {payer}. Destinataire du résultat : {recipient}. Vous seul voyez vos réponses comme les vôtres. Le panel "
        "voit des chiffres, et des arguments sans nom, une fois le tour clos. Contact éthique : {contact}.\n\n"
        "Les réponses sont acceptées jusqu'au {deadline}. Vous pouvez vous arrêter à tout moment et revenir.\n"
        + _YOURS + _END,
    ),
    "round-opened": (
        "Le tour suivant est ouvert",
        "Bonjour {name},\n\n"
        "le tour suivant est ouvert. Vous voyez ce que le panel a dit jusqu'ici et pouvez garder ou modifier vos réponses. "
        "Il faut environ {minutes} minutes. Si vous avez manqué un tour précédent, vous êtes tout aussi bienvenu(e).\n\n"
        "Votre lien personnel :" + _LINK + "Les réponses sont acceptées jusqu'au {deadline}. Contact éthique : {contact}.\n"
        + _YOURS + _END,
    ),
    "reminder": (
        "Rappel : il manque encore vos réponses",
        "Bonjour {name},\n\n"
        "le tour est ouvert jusqu'au {deadline}, et votre avis nous manque encore. Environ {minutes} minutes suffisent, et ce "
        "que vous avez enregistré est conservé. Votre lien personnel :" + _LINK + "Si vous préférez ne pas participer, "
        "dites-le sur la première page : vous ne recevrez plus de message.\n" + _END,
    ),
    "last-reminder": (
        "Le tour se termine bientôt",
        "Bonjour {name},\n\n"
        "le tour se termine le {deadline}. C'est le dernier rappel pour ce tour. Chaque réponse compte, même incomplète. "
        "Votre lien personnel :" + _LINK + "Si vous préférez ne pas participer, dites-le sur la première page : vous ne "
        "recevrez plus de message.\n" + _END,
    ),
    "deadline-moved": (
        "Nouvelle date limite pour vos réponses",
        "Bonjour {name},\n\n"
        "la date limite a changé : vos réponses sont acceptées jusqu'au {deadline}. Votre lien personnel reste valable. La "
        "nouvelle date est jointe pour votre calendrier.\n" + _END,
    ),
    "round-reopened": (
        "Le tour est de nouveau ouvert",
        "Bonjour {name},\n\n"
        "le tour est de nouveau ouvert, jusqu'au {deadline}. Ce que vous avez enregistré est conservé, et vous pouvez le "
        "modifier. Votre lien personnel :" + _LINK + _YOURS + _END,
    ),
    "feedback-open": (
        "Vous pouvez lire ce que le panel a dit",
        "Bonjour {name},\n\n"
        "le tour est terminé ; les réponses et les arguments du panel peuvent être lus. Votre lien personnel les ouvre.\n"
        + _END,
    ),
    "study-ended": (
        "Il n'y aura pas d'autre tour",
        "Bonjour {name},\n\n"
        "l'étude est terminée : il n'y aura pas d'autre tour. Votre lien personnel montre les résultats jusqu'à son "
        "expiration. Questions sur vos données : {contact}.\n" + _END,
    ),
    "thank-you": (
        "Merci pour vos réponses",
        "Bonjour {name},\n\n"
        "vos réponses du tour {round} sont arrivées. Il y a au plus {rounds} tours. Nous vous écrirons quand le suivant "
        "s'ouvrira ou quand les résultats pourront être lus.\n" + _END,
    ),
    "wording": (
        "La formulation d'un de vos arguments a-t-elle été modifiée ?",
        ("Bonjour {name},\n\n"
        "le tour {round} est terminé, et la coordination de l'étude prépare les arguments pour le panel. Lorsqu'elle a modifié "
        "la formulation d'un argument, son auteur est consulté. Ouvrez votre lien personnel, celui de votre dernière invitation : "
        "la rubrique « Vos mots, reformulés » montre si l'un des vôtres est concerné. Vous pouvez répondre oui ou non jusqu'au "
        "{until}. Sans un oui, le panel lit vos propres mots, où des marques remplacent ce qui pourrait révéler leur auteur, "
        "ou bien rien.\n\n"
        "Tous les membres du panel reçoivent ce message, qu'une formulation ait été modifiée ou non.\n"),
    ),
    "enrolment": (
        "Votre demande de participation à un panel",
        "Bonjour {name},\n\n"
        "quelqu'un, vous-même nous l'espérons, a demandé avec cette adresse à rejoindre un panel d'experts. Pour confirmer, "
        "ouvrez cette page et appuyez sur le bouton, dans un délai de deux jours :" + _LINK + "Si ce n'était pas vous, ne "
        "faites rien : ce qui a été écrit sera alors effacé.\n",
    ),
    "enrolment-declined": (
        "Votre demande de participation à un panel",
        ("Bonjour {name},\n\n"
        "merci d'avoir demandé à rejoindre un panel d'experts. Cette fois-ci, le panel est composé d'autres personnes. Ce que "
        "vous avez écrit est effacé.\n"),
    ),
    "reveal": (
        "Votre nom a été révélé",
        ("Bonjour {name},\n\n"
        "dans une étude à laquelle vous participez, deux personnes chargées de la contrôler ont accepté que soit révélé le nom "
        "de l'auteur d'un argument que vous avez écrit. La personne déléguée à la protection des données voit votre nom "
        "pendant 24 heures, et personne d'autre. Vous pouvez lui demander pourquoi, à l'adresse indiquée dans votre "
        "invitation.\n"),
    ),
}  # fmt: skip
