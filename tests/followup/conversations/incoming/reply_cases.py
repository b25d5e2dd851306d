"""Short replies as the common mail programs write them in five languages, and what of each was written by a person."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """A program's reply. `written`: what is shown at once; unset, all of it."""

    name: str
    text: str
    written: str | None = None


_MARKED = "> Dear Ann,\n> We are sorry.\n>\n> Bea"
_BARE = "Dear Ann,\nWe are sorry.\n\nBea"


def _marked(name: str, written: str, head: str) -> Case:
    return Case(name, f"{written}\n\n{head}\n\n{_MARKED}\n", written)


def _bare(name: str, written: str, head: str) -> Case:
    return Case(name, f"{written}\n\n{head}\n\n{_BARE}\n", written)


CASES = [
    # Gmail
    _marked("gmail en", "Still broken.", "On Mon, Nov 23, 2026 at 10:15 AM Bea <bea@nordlys.dk> wrote:"),
    _marked("gmail en, wrapped", "Still broken.", "On Mon, Nov 23, 2026 at 10:15 AM Bea of Nordlys, your contact for all\n"
            "questions <bea.contact.for.all.questions@customer-care.nordlys.dk> wrote:"),
    _marked("gmail nl", "Het werkt nog niet.", "Op ma 23 nov 2026 om 10:15 schreef Bea <bea@nordlys.dk>:"),
    _marked("gmail nl, wrapped", "Het werkt nog niet.", "Op ma 23 nov. 2026 om 10:15 schreef Bea van Nordlys <\n"
            "care+abc@nordlys.dk>:"),
    _marked("gmail da", "Det virker stadig ikke.", "Den man. 23. nov. 2026 kl. 10.15 skrev Bea <bea@nordlys.dk>:"),
    _marked("gmail de", "Es geht immer noch nicht.", "Am Mo., 23. Nov. 2026 um 10:15 Uhr schrieb Bea <bea@nordlys.dk>:"),
    _marked("gmail fr", "Toujours en panne.", "Le lun. 23 nov. 2026 à 10:15, Bea <bea@nordlys.dk> a écrit :"),
    # Apple Mail and iPhone
    Case("iphone en", f"Call me tomorrow\n\nSent from my iPhone\n\n> On 23 Nov 2026, at 10:15, Bea <bea@nordlys.dk> wrote:\n>"
         f" \n> \ufeff{_MARKED}\n", "Call me tomorrow"),
    Case("iphone nl", "Bel me morgen\n\nVerstuurd vanaf mijn iPhone\n\n> Op 23 nov 2026 om 10:15 heeft Bea <bea@nordlys.dk> "
         f"het volgende geschreven:\n> \n{_MARKED}\n", "Bel me morgen"),
    Case("iphone da", "Ring i morgen\n\nSendt fra min iPhone\n\n> Den 23. nov. 2026 kl. 10.15 skrev Bea <bea@nordlys.dk>:\n"
         f"> \n{_MARKED}\n", "Ring i morgen"),
    Case("iphone de", "Rufen Sie morgen an\n\nVon meinem iPhone gesendet\n\n> Am 23.11.2026 um 10:15 schrieb Bea "
         f"<bea@nordlys.dk>:\n> \n{_MARKED}\n", "Rufen Sie morgen an"),
    Case("iphone fr", "Appelez-moi demain\n\nEnvoyé de mon iPhone\n\n> Le 23 nov. 2026 à 10:15, Bea <bea@nordlys.dk> a écrit "
         f":\n> \n{_MARKED}\n", "Appelez-moi demain"),
    _marked("apple mail en", "Thanks, it works.", "On 23 Nov 2026, at 10:15, Bea <bea@nordlys.dk> wrote:"),
    _marked("apple mail nl", "Dank u, het werkt.", "Op 23 nov 2026, om 10:15 heeft Bea <bea@nordlys.dk> het volgende "
            "geschreven:"),
    # Outlook
    _bare("outlook en", "No, it is not solved.", "________________________________\nFrom: Bea <bea@nordlys.dk>\nSent: Monday, "
          "November 23, 2026 10:15 AM\nTo: Ann <ann@kunde.dk>\nSubject: Your answer"),
    _bare("outlook nl", "Nee, nog niet opgelost.", "________________________________\nVan: Bea <bea@nordlys.dk>\nVerzonden: "
          "maandag 23 november 2026 10:15\nAan: Ann <ann@kunde.dk>\nOnderwerp: Uw antwoord"),
    _bare("outlook da", "Nej, det er ikke løst.", "________________________________\nFra: Bea <bea@nordlys.dk>\nSendt: 23. "
          "november 2026 10:15\nTil: Ann <ann@kunde.dk>\nEmne: Dit svar"),
    _bare("outlook de", "Nein, noch nicht.", "Von: Bea <bea@nordlys.dk>\nGesendet: Montag, 23. November 2026 10:15\nAn: Ann "
          "<ann@kunde.dk>\nBetreff: Ihre Antwort"),
    _bare("outlook fr", "Non, pas encore.", "De : Bea <bea@nordlys.dk>\nEnvoyé : lundi 23 novembre 2026 10:15\nÀ : Ann "
          "<ann@kunde.dk>\nObjet : Votre réponse"),
    _bare("outlook web, bold heads", "No.", "*From:* Bea <bea@nordlys.dk>\n*Sent:* Monday\n*To:* Ann\n*Subject:* Your answer"),
    _bare("outlook 2003 en", "It is not.", "-----Original Message-----\nFrom: Bea\nSent: Monday\nTo: Ann\nSubject: Your answer"),
    _bare("outlook 2003 nl", "Nee.", "-----Oorspronkelijk bericht-----\nVan: Bea\nVerzonden: maandag\nAan: Ann\nOnderwerp: x"),
    _bare("outlook 2003 da", "Nej.", "-----Oprindelig meddelelse-----\nFra: Bea\nSendt: mandag\nTil: Ann\nEmne: x"),
    _bare("outlook 2003 de", "Nein.", "-----Ursprüngliche Nachricht-----\nVon: Bea\nGesendet: Montag\nAn: Ann\nBetreff: x"),
    _bare("outlook 2003 fr", "Non.", "-----Message d'origine-----\nDe : Bea\nEnvoyé : lundi\nÀ : Ann\nObjet : x"),
    Case("outlook for ios en", "Please call.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n"
         f"From: Bea <bea@nordlys.dk>\nSent: Monday\nTo: Ann\nSubject: x\n\n{_BARE}\n", "Please call."),
    Case("outlook for android nl", "Graag bellen.\n\nOutlook voor Android downloaden<https://aka.ms/x>\n______________________\n"
         f"Van: Bea\nVerzonden: maandag\nAan: Ann\nOnderwerp: x\n\n{_BARE}\n", "Graag bellen."),
    # Thunderbird
    _marked("thunderbird en", "Not yet.", "On 11/23/26 10:15, Bea wrote:"),
    _marked("thunderbird nl", "Nog niet.", "Op 23-11-2026 om 10:15 schreef Bea:"),
    _marked("thunderbird da", "Ikke endnu.", "Den 23.11.2026 kl. 10.15 skrev Bea:"),
    _marked("thunderbird de", "Noch nicht.", "Am 23.11.26 um 10:15 schrieb Bea:"),
    _marked("thunderbird fr", "Pas encore.", "Le 23/11/2026 à 10:15, Bea a écrit :"),
    # Phones and others
    Case("samsung nl", f"Bedankt!\n\nVerzonden vanaf mijn Galaxy\n\n-------- Oorspronkelijk bericht --------\n{_BARE}\n",
         "Bedankt!"),
    Case("yahoo en", "OK\n\nSent from Yahoo Mail\n\nOn Monday, November 23, 2026, 10:15 AM, Bea <b@n.dk> wrote"
         f":\n\n{_BARE}\n", "OK"),
    _marked("name first, da", "Fint.", "Bea <bea@nordlys.dk> skrev den 23.11.2026 10:15:"),
    Case("marks alone", f"Yes please.\n\n{_MARKED}\n", "Yes please."),
    Case("phone without a quote", "Tak\n\nSendt fra min iPhone", "Tak"),
    # Where all is shown
    Case("below the quote", f"On 11/23/26 10:15, Bea wrote:\n{_MARKED}\n\nI want my money back."),
    Case("between the quote", "On 11/23/26 10:15, Bea wrote:\n> Is it solved?\n\nNo.\n\n> May we call?\n\nYes.\n"),
    Case("top and below", f"Hello,\n\nOn 11/23/26 10:15, Bea wrote:\n{_MARKED}\n\nI want a refund."),
    Case("says that it is below", f"See my answers below.\n\n-----Original Message-----\nFrom: Bea\n\n{_BARE}\nNo!\n"),
    Case("nothing but a quote", f"On 11/23/26 10:15, Bea wrote:\n{_MARKED}"),
    Case("sent on", "Can you help her?\n\n---------- Forwarded message ---------\nFrom: Eve <e@x.dk>\nDate: Mon\n"
         "Subject: y\nTo: Ann\n\nMy phone is broken."),
    Case("no program", "On Monday your colleague wrote:\nthat it would be mended.\nIt is not."),
    Case("words with a colon", "What Bea wrote to me was this:\nnothing."),
    Case("plain", "Dear Bea,\n\nthank you.\n\n-- \nAnn"),
]  # fmt: skip
