"""What the made-up colleagues write down about their calls, in the language of the customer."""
# ruff: noqa: E501  (one note is one line)

from followup.demo.comments import ANY
from followup.models import Outcome

NOBODY_TO_CALL = {
    "en": "Anonymous, so nobody to call. Passed on to the team it is about.",
    "nl": "Anoniem, dus niemand om te bellen. Doorgegeven aan het team waar het over gaat.",
    "da": "Anonymt svar, så der er ingen at ringe til. Givet videre til det team, det handler om.",
}
_PROMISED = {
    "en": [
        "A new part, sent by express",
        "The money back on his account",
        "A call from the depot with a fixed hour",
        "An answer from the workshop about the fault",
        "A corrected invoice",
    ],
    "nl": [
        "Een nieuw onderdeel, met spoed verstuurd",
        "Het geld terug op zijn rekening",
        "Een telefoontje van het depot met een vast tijdstip",
        "Een antwoord van de werkplaats over het defect",
        "Een verbeterde factuur",
    ],
    "da": [
        "En ny del, sendt som eksprespakke",
        "Pengene tilbage på hans konto",
        "En opringning fra lageret med et fast tidspunkt",
        "Et svar fra værkstedet om fejlen",
        "En rettet faktura",
    ],
}
_CALLED: dict[str, dict[str, list[str]]] = {
    "en": {
        ANY: [
            "Told the whole story, was calm in the end. Wants to hear by Friday what we change.",
            "Very angry at first. This was the third order that went wrong, not the first.",
            "Did not expect a call at all and said so. Apologised for the tone of the comment.",
            "Had notes ready, went through the order line by line.",
            "Short call, was driving. Likes to be written next time.",
            "Compared us with two others, would stay for a fair solution.",
            "The partner answered and knew everything about it.",
            "Twenty minutes, mostly listening. That was what was needed.",
            "Customer since the shop in Odense opened. Is more disappointed than angry.",
            "Friendly, but wants it in writing this time. Mail sent after the call.",
            "Asked for a manager, accepted me after a while.",
            "Speaks of us at work as well. Should not hear a no twice.",
        ],
        "delivery": [
            "Understands the delay, not the silence. That is the point to fix.",
            "Checked with the depot while on the line: parcel two is in the wrong cage. Goes out tomorrow morning.",
            "Promised a two-hour slot, and my own number in case the van is late.",
            "Photos of the damage are in. Carrier has to answer for it, not the customer.",
        ],
        "product": [
            "Same fault as last week's batch. Told the quality desk.",
            "Talked through the fitting of the hinges, does not solve it. New part ordered.",
            "Wants the thing to work, not the money back.",
        ],
        "service": [
            "Rang four times before me. All four stand in the log, none with a note.",
            "Was given two different answers by two of us. Both wrong.",
        ],
        "price": ["Saw the sale price a week later. Offered the difference as a credit.", "Finds the freight too dear, not the product."],
        "billing": ["Invoice corrected while on the line, new copy mailed.", "Paid twice indeed. Accounts has the reference and refunds today."],
        "app-website": ["Could reproduce it on my own phone. Ticket for the web team.", "Ordered by phone with me in the end."],
        "communication": ["Had been promised a call on two different days. Apologised, no excuses.", "Only wants to be told when something changes."],
    },
    "nl": {
        ANY: [
            "Hele verhaal gehoord, aan het eind rustig. Wil vrijdag weten wat we veranderen.",
            "Eerst erg boos. Dit was de derde bestelling die misging, niet de eerste.",
            "Had geen telefoontje verwacht, vond het netjes. Excuses voor de toon van de reactie.",
            "Had alles op papier staan, bestelling regel voor regel doorgenomen.",
            "Kort gesprek, zat in de auto. Liever mailen volgende keer.",
            "Vergelijkt ons met twee andere winkels. Blijft bij een nette oplossing.",
            "Partner nam op en wist er alles van.",
            "Vooral geluisterd, twintig minuten. Dat was ook wat nodig was.",
            "Klant van het eerste uur. Meer teleurgesteld dan boos.",
            "Vriendelijk, maar wil het nu wel zwart op wit. Mail na afloop gestuurd.",
            "Vroeg naar een leidinggevende, nam na even genoegen met mij.",
            "Laat zich niet met een bon afschepen, zegt hij zelf. Wil gehoord worden.",
        ],
        "delivery": [
            "Snapt de vertraging, niet de stilte. Daar zit het.",
            "Met het depot gebeld: colli 2 staat nog in Tilburg. Gaat morgen mee.",
            "Tijdvak van twee uur afgesproken, en mijn eigen nummer gegeven.",
            "Foto's van de schade binnen. Is voor de vervoerder, niet voor de klant.",
        ],
        "product": [
            "Zelfde fout als de partij van vorige week. Gemeld bij kwaliteit.",
            "Scharnieren samen nagelopen, lost het niet op. Nieuw onderdeel besteld.",
            "Wil geen geld terug, wil dat het ding werkt.",
        ],
        "service": [
            "Heeft vóór mij vier keer gebeld. Staat alle vier in het logboek, zonder notitie.",
            "Kreeg van twee collega's twee antwoorden. Allebei fout.",
        ],
        "price": ["Zag een week later de aanbieding. Verschil als tegoed aangeboden.", "Vindt de verzendkosten te hoog, niet het product."],
        "billing": ["Factuur tijdens het gesprek aangepast en opnieuw gemaild.", "Inderdaad dubbel betaald. Boekhouding stort vandaag terug."],
        "app-website": ["Op mijn eigen telefoon ook gezien. Doorgezet naar het webteam.", "Uiteindelijk samen telefonisch besteld."],
        "communication": ["Twee keer een belafspraak beloofd, twee keer niets. Excuses gemaakt.", "Wil alleen bericht als er iets verandert."],
    },
    "da": {
        ANY: [
            "Fik hele historien, var rolig til sidst. Vil vide inden fredag, hvad vi ændrer.",
            "Meget vred til at begynde med. Det var tredje ordre, der gik galt, ikke den første.",
            "Havde ikke regnet med et opkald og sagde det. Undskyldte tonen i kommentaren.",
            "Havde skrevet det hele ned, vi gik ordren igennem linje for linje.",
            "Kort samtale, sad i bilen. Vil helst have en mail næste gang.",
            "Sammenligner os med to andre. Bliver, hvis løsningen er rimelig.",
            "Det var ægtefællen, der tog den, og hun vidste alt om sagen.",
            "Mest lyttet, tyve minutter. Det var det, der skulle til.",
            "Har handlet her, siden butikken åbnede. Mere skuffet end vred.",
            "Venlig, men vil have det på skrift denne gang. Mail sendt bagefter.",
            "Bad om at tale med en chef, nøjedes med mig efter lidt.",
            "Vil ikke spises af med en rabatkode. Vil høres.",
        ],
        "delivery": [
            "Forstår forsinkelsen, men ikke tavsheden. Det er dér, det brænder på.",
            "Ringede til terminalen imens: kolli 2 står stadig i Taulov. Kører i morgen tidlig.",
            "Aftalte et vindue på to timer og gav mit eget nummer.",
            "Billeder af skaden er modtaget. Det er fragtmandens sag, ikke kundens.",
        ],
        "product": [
            "Samme fejl som i partiet fra sidste uge. Meldt til kvalitet.",
            "Gennemgik hængslerne sammen, det løser det ikke. Ny del bestilt.",
            "Vil ikke have penge tilbage, vil have et bord, der står lige.",
        ],
        "service": [
            "Har ringet fire gange før. Alle fire står i loggen, ingen med et notat.",
            "Fik to forskellige svar af to kolleger. Begge forkerte.",
        ],
        "price": ["Så tilbuddet ugen efter. Tilbød forskellen som tilgodebevis.", "Synes, fragten er for dyr, ikke varen."],
        "billing": ["Faktura rettet under samtalen og sendt igen.", "Har ganske rigtigt betalt to gange. Bogholderiet betaler tilbage i dag."],
        "app-website": ["Så det samme på min egen telefon. Sendt videre til webholdet.", "Endte med at bestille over telefonen med mig."],
        "communication": ["Var lovet et opkald to gange. Undskyldte uden forbehold.", "Vil bare have besked, når noget ændrer sig."],
    },
}  # fmt: skip
_OPEN_END = {
    "en": [
        "New part is ordered, call again when it has arrived.",
        "Photos asked for, not in yet.",
        "Depot looks for box two.",
    ],
    "nl": [
        "Nieuw onderdeel besteld, terugbellen zodra het er is.",
        "Om foto's gevraagd, nog niet binnen.",
        "Depot zoekt naar doos twee.",
    ],
    "da": [
        "Ny del bestilt, ringer igen, når den er kommet.",
        "Har bedt om billeder, ikke modtaget endnu.",
        "Terminalen leder efter kasse to.",
    ],
}
_WAITING = {
    "en": ["Waits for the warehouse to find the missing parcel.", "Carrier answers on the damage within five days.", "Customer is away until next week.", "Spare part is on its way from the factory."],
    "nl": ["Wacht op het magazijn: vermist pakket.", "Vervoerder reageert binnen vijf dagen op de schade.", "Klant is tot volgende week weg.", "Onderdeel is onderweg van de fabriek."],
    "da": ["Venter på lageret, der leder efter pakken.", "Fragtmanden svarer på skaden inden for fem dage.", "Kunden er væk til næste uge.", "Reservedel på vej fra fabrikken."],
}  # fmt: skip
_SOLVED = {
    "en": {
        Outcome.RECOVERED: ["Replacement arrived, all good again.", "Will order again, said so without being asked.", "Came by with a photo of the finished room. Happy.", "Money back and a new delivery date that held.", "Part fitted, drawer closes. Thanked us twice."],
        Outcome.KEPT: ["Stays, but is watching us.", "Accepted the credit, not yet convinced.", "Solved. Says the next order decides.", "Fine for now, keeps the old score in mind."],
        Outcome.LOST: ["Has ordered elsewhere already.", "Does not want to hear from us any more. Respected.", "Refund done, account closed on request.", "Too late, says the customer, and is right."],
        Outcome.UNREACHABLE: ["Three tries, two voicemails and a mail. No sign of life.", "Never picked up, no answer to the mail."],
        Outcome.NO_ACTION: ["The customer wrote the next morning that it had sorted itself out.", "Meant for another shop, by the customer's own words.", "Already solved by a colleague before this came in."],
    },
    "nl": {
        Outcome.RECOVERED: ["Vervanging is binnen, alles weer goed.", "Bestelt zeker weer, zei dat uit zichzelf.", "Stuurde een foto van de woonkamer. Blij.", "Geld terug en een nieuwe datum die klopte.", "Onderdeel geplaatst, lade sluit. Twee keer bedankt."],
        Outcome.KEPT: ["Blijft klant, maar houdt ons in de gaten.", "Tegoed aangenomen, nog niet overtuigd.", "Opgelost. De volgende bestelling telt, zegt mevrouw.", "Voor nu goed."],
        Outcome.LOST: ["Heeft al ergens anders besteld.", "Wil niets meer van ons horen. Gerespecteerd.", "Terugbetaald, account op verzoek gesloten.", "Te laat, vindt de klant. Terecht."],
        Outcome.UNREACHABLE: ["Drie keer gebeld, twee keer ingesproken, één mail. Niets gehoord.", "Neemt niet op en reageert niet op mail."],
        Outcome.NO_ACTION: ["Klant mailde de volgende ochtend zelf dat het al goed was gekomen.", "Was bedoeld voor een andere winkel, zegt de klant zelf.", "Collega had het al opgelost voordat dit binnenkwam."],
    },
    "da": {
        Outcome.RECOVERED: ["Ny vare er kommet frem, alt er godt igen.", "Handler gerne her igen, sagde det af sig selv.", "Sendte et billede af stuen. Glad.", "Pengene retur og en ny dato, der holdt.", "Delen er sat i, skuffen lukker. Takkede to gange."],
        Outcome.KEPT: ["Bliver, men holder øje med os.", "Tog imod tilgodebeviset, ikke overbevist endnu.", "Løst. Næste ordre afgør det, siger kunden.", "I orden for nu."],
        Outcome.LOST: ["Har allerede købt et andet sted.", "Vil ikke høre mere fra os. Det respekterer vi.", "Beløbet retur, konto lukket efter ønske.", "For sent, siger kunden. Med rette."],
        Outcome.UNREACHABLE: ["Ringet tre gange, to beskeder og en mail. Intet svar.", "Tager den ikke og svarer ikke på mail."],
        Outcome.NO_ACTION: ["Kunden skrev selv næste morgen, at det havde løst sig.", "Var ment til en anden butik, siger kunden selv.", "En kollega havde allerede løst det."],
    },
}  # fmt: skip


def _pick(cards: list[str], number: int) -> str:
    """Neighbours get different ones; the same number gets the same one."""
    return cards[number * 7 % len(cards) if len(cards) % 7 else number % len(cards)]


def called(language: str, cause: str, number: int) -> str:
    """After a talk about a cause, on the answer with a number."""
    known = _CALLED[language]
    return _pick(known[cause] if cause in known and number % 2 else known[ANY], number // 2)


def solved(language: str, outcome: Outcome, number: int) -> str:
    """At the end."""
    return _pick(_SOLVED[language][outcome], number)


def waiting(language: str, number: int) -> str:
    """Why a ticket waits."""
    return _pick(_WAITING[language], number)


def promised(language: str, number: int) -> str:
    """What a customer was promised."""
    return _pick(_PROMISED[language], number)


def open_end(language: str, number: int) -> str:
    """After a contact, while it is not over."""
    return _pick(_OPEN_END[language], number)
