"""RES: notices that stand in the body: offers, advertising, rights, consent."""

from copydesk.rules.base import Severity, rule
from copydesk.rules.residue import FurnitureLine


@rule("RES006", "newsletter", severity=Severity.WARNING, field="body", fix="unsafe")
class Newsletter(FurnitureLine):
    """A line of the body offers a newsletter.

    ## What it does
    Reports lines such as "Sign up for our newsletter" or "Abonnez-vous à notre lettre" (`checks/vocabulary/residue.csv`, kind
    newsletter).

    ## Why it matters
    The offer is the same in thousands of articles: duplicates look alike and models repeat it.

    ## What to do
    Drop sign-up boxes before the text is extracted.

    ## Example
    ```json
    {"text": "The ferry runs again.\\nSign up for our newsletter\\nForty people were on board."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry runs again.\\nForty people were on board."}
    ```
    """

    kinds = ("newsletter",)
    message = "a newsletter offer was left in the text"


@rule("RES008", "advert", severity=Severity.WARNING, field="body", fix="unsafe")
class Advert(FurnitureLine):
    """A line of the body is or announces advertising.

    ## What it does
    Reports lines such as "Advertisement", "Anzeige", "Story continues below advertisement" (`checks/vocabulary/residue.csv`,
    kind advert).

    ## Why it matters
    The line stands between two paragraphs, or even between two halves of a sentence.

    ## What to do
    Drop advertising slots before the text is extracted.

    ## Example
    ```json
    {"text": "The ferry runs again.\\nStory continues below advertisement\\nForty people were on board."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry runs again.\\nForty people were on board."}
    ```
    """

    kinds = ("advert",)
    message = "an advertising label was left in the text"


@rule("RES011", "copyright", severity=Severity.WARNING, field="body", fix="unsafe")
class Copyright(FurnitureLine):
    """A copyright notice or a part of the imprint stands in the body.

    ## What it does
    Reports lines such as "All rights reserved", "© 2025 …", "Alle Rechte vorbehalten", "版权所有", and what the law of a country
    has publishers print: "Ansvarig utgivare: …", "Testata giornalistica registrata …", "京ICP备…号"
    (`checks/vocabulary/residue.csv`, kind copyright).

    ## Why it matters
    It is not part of the story. What it says may matter, though: an agency named here wrote the text.

    ## What to do
    Move it to a field of its own.

    ## Example
    ```json
    {"text": "The ferry runs again.\\n© 2025 Harbour Post. All rights reserved."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry runs again.\\nForty people were on board."}
    ```
    """

    kinds = ("copyright",)
    message = "a copyright notice or imprint was left in the text"


@rule("RES012", "paywall-notice", severity=Severity.ERROR, field="body", fix="unsafe")
class PaywallNotice(FurnitureLine):
    """A line of the body offers a subscription or says that the text continues behind it.

    ## What it does
    Reports lines such as "This content is reserved for subscribers", "Il vous reste 57 % de cet article à lire"
    (`checks/vocabulary/residue.csv`, kind paywall).

    ## Why it matters
    The stored text is probably a teaser, and the line an offer.

    ## What to do
    Check whether the text is complete; fetch it with a subscription or mark the record as a teaser.

    ## Example
    ```json
    {"text": "The ferry runs again.\\nThis content is reserved for subscribers only"}
    ```

    ## Use instead
    ```json
    {"text": "The ferry runs again.\\nForty people were on board."}
    ```
    """

    kinds = ("paywall",)
    message = "a paywall notice was left in the text"


@rule("RES013", "cookie-notice", severity=Severity.ERROR, field="body", fix="safe")
class CookieNotice(FurnitureLine):
    """A line of the body asks for consent to cookies.

    ## What it does
    Reports lines such as "We use cookies", "Wir verwenden Cookies" (`checks/vocabulary/residue.csv`, kind cookie). An article
    about cookies holds the word, not these sentences.

    ## Why it matters
    The consent layer was taken for the story, or stands before it.

    ## What to do
    Drop the consent element, or fetch the page with consent given.

    ## Example
    ```json
    {"text": "The ferry runs again.\\nWe use cookies to improve your experience\\nForty people were on board."}
    ```

    ## Use instead
    ```json
    {"text": "The ferry runs again.\\nForty people were on board."}
    ```
    """

    kinds = ("cookie",)
    message = "a consent notice was left in the text"
