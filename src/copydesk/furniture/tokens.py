"""What the markup of news pages calls its parts: words in class, id, role, rel, itemprop and data attributes."""

import re
from functools import lru_cache
from itertools import pairwise
from typing import Final

_WORDS: Final = {
    "body": "articlebody|artikelbody|artikeltext|articletext|articlecontent|storybody|storycontent|bodytext|bodycopy|richtext"
    "|prose|paragraph|para|absatz|honbun|cuerpo|corps|brodtext|bodycontent|postcontent|entrycontent|contenttext|text|body|copy"
    "|entry|contenu|contenido|testo|texto|texte",
    "story": "article|artikel|articolo|articulo|noticia|story|post|content|main|haber|berita",
    "related": "relat|recommend|recirc|similar|morefrom|moreon|morestories|more|mehr|also|readnext|readmore|mostread|mostpopular"
    "|popular|trending|latest|upnext|next|outbrain|taboola|correlat|relacionad|gerelateerd|verwandt|lees|lesmer|leia|leggi|lire"
    "|czytaj|zobacz|baca|terkait|ilgili|kanren|onward|further|suggest|discover|explore|crosslink|interlink|seealso|plista|mgid"
    "|zergnet|revcontent|tipps|lesetipp|laesogsa|lasmer|lueauch|leerlo|tambien|collection|dossier|playlist|series",
    "teaser": "teaser|card|tile|promo|preview|snippet|thumb|headlines|storylist|linklist|listicle|item|feed|river|carousel"
    "|slider|swiper|slick|grid|spotlight|splide|flickity|bullet|reflink|hyperlink|link",
    "aside": "aside|sidebar|rail|widget|module|inset|sidecol|complementary|box|infobox|factbox|faktaboks|faktaruta|kasten"
    "|encadre|recuadro|callout|panel|drawer|modal|popup|overlay|tooltip|dialog|accordion|collapse|expand",
    "newsletter": "newsletter|subscri|signup|mailing|mail|email|boletin|nieuwsbrief|infolettre|nyhetsbrev|briefing|optin|alert"
    "|inscri",
    "share": "share|sharing|social|facebook|twitter|whatsapp|linkedin|telegram|pinterest|instagram|tiktok|youtube|threads|bluesky"
    "|addthis|follow|folgen|seguir|suivre|teilen|compart|partag|condivid|bookmark|save|merken|print|drucken|toolbar|tools|actions"
    "|copylink|gift|reaction|like",
    "caption": "caption|cutline|legend|figcaption|bildunterschrift|bildtext|bildtekst|didascalia|bijschrift|podpis|piefoto"
    "|fototext|zdjecie|kuvateksti|bu",
    "credit": "credit|copyright|source|quelle|photographer|fotograf|rights|license|copyrightholder|creditline|fonte|fuente|crdt",
    "image": "image|img|photo|foto|picture|bild|figure|media|gallery|galerie|galeria|slideshow|lightbox|hero|illustration|lead"
    "image|infographic",
    "video": "video|player|brightcove|jwplayer|jwp|youtube|vimeo|dailymotion|livestream|clip",
    "audio": "audio|listen|podcast|speech|tts|vorlesen|anhoren|readaloud|beyondwords|readtime|readingtime|lesezeit|duration",
    "byline": "byline|author|autor|auteur|autore|writer|contributor|journalist|reporter|firma|signature|bio|profile|yazar|penulis"
    "|redact|redaktion|verfasser|skribent|staff|avatar|creator|person|signoff|forfatter|credits",
    "date": "date|time|timestamp|published|publish|pubdate|updated|update|modified|datum|fecha|dateline|datetime|dato|zeit"
    "|datecreated|datepublished|datemodified|tarih|tanggal|lastmod",
    "meta": "meta|info|infos|details|header|headline|articlehead|storyhead|posthead|topper|masthead",
    "comment": "comment|disqus|coral|kommentar|koment|comentario|commento|commentaire|reply|discussion|forum|conversation"
    "|viafoura|hyvor|opinie|yorum|opinary|debate",
    "cookie": "cookie|consent|gdpr|cmp|didomi|onetrust|privacy|usercentrics|sourcepoint",
    "nav": "nav|navigation|menu|navbar|topbar|tabs|pagination|pager|paging|submenu|hamburger|toc|tableofcontents|jump|anchor"
    "|skip|breadcrumb|crumb|brotkrume",
    "footer": "footer|foot|bottom|colophon|disclaimer|impressum|imprint|fuss|endnote|after|contentinfo|postscript|trust",
    "tag": "tag|tags|topic|keyword|label|category|categories|kicker|eyebrow|overline|rubrik|rubric|tema|temas|etiquet|chip|pill"
    "|badge|flag|roofline|dachzeile|section|vignette|antetitulo|occhiello|surtitle|schlagwort|themen|catchline|hashtag",
    "ad": "ad|ads|advert|advertisement|adslot|advertising|sponsor|banner|gpt|dfp|werbung|anzeige|annons|annonse|reklam|publicid"
    "|publicit|outstream|teads|partner|affiliate|commercial|shop|product|deal|buy|ecommerce|coupon|iklan|pub|adunit|adbox",
    "paywall": "paywall|premium|plus|subscription|abo|abonn|abonnement|regwall|piano|metered|login|signin|register|account"
    "|membership|offer|locked|gate|barrier|teaseroff|suscri|unlock|paid|tp",
    "lead": "lead|intro|standfirst|summary|dek|deck|subtitle|subheadline|excerpt|chapo|ingress|entradilla|sommario|vorspann"
    "|abstract|lede|strapline|description|bajada|sapo|keypoint|highlights|teasertext|perex|lid|sousititre|subhed|bullets|takeaway",
    "title": "title|headline|heading|hed|titre|titulo|titolo|titel|titular|headlines",
    "subhead": "subhead|subheading|crosshead|zwischen|zwischentitel|subtitulo|intertitre|ladillo|mellomtittel|subheadline|h2|h3",
    "button": "button|btn|cta|toggle|close|icon|ico|svg|dropdown|trigger|switch|tooltip",
    "hidden": "hidden|sr|visuallyhidden|screenreader|invisible|offscreen|none|noprint|nodisplay|srsonly|a11y|vh|hide|skeleton",
    "live": "live|liveblog|ticker|timeline|minute|livecenter",
    "quote": "quote|quotation|pullquote|blockquote|cite|zitat|cita|citation|citat",
    "embed": "embed|oembed|iframe|tweet|instagram|tiktok|datawrapper|flourish|chart|graphic|html|snippet",
    "correction": "correction|erratum|editorsnote|editornote|note|clarification|update|updates|hinweis",
    "service": "search|poll|quiz|survey|game|weather|stock|quote|market|vote|rating|feedback|contact|help|faq|app|download"
    "|notification|push|donat|support|contribute|spenden|event|job|calendar",
}
CATEGORIES: Final = tuple(_WORDS)

_STEMS: Final = tuple(
    (position, frozenset(words.split("|")), tuple(w for w in words.split("|") if len(w) > 4))
    for position, words in enumerate(_WORDS.values())
)
_PART: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[a-z]?\d+")
_ATTRIBUTE: Final = re.compile(
    r"""([\w:-]{1,40})\s*=\s*(?:"([^"]{0,400})"|'([^']{0,400})'|([^\s"'>]{1,200}))""",
    re.ASCII,
)
_CLASS: Final = re.compile(r"""\bclass\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.ASCII | re.IGNORECASE)
_NUMBER: Final = re.compile("[0-9]+")
_NAMES: Final = frozenset(("class", "id", "itemprop", "rel", "role", "name", "property", "aria-label", "slot", "part"))
_HIDING: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|aria-hidden\s*=\s*.?true|(?:^|\s)hidden(?:\s|=|$)", re.I
)
_LONGEST: Final = 2_000


@lru_cache(maxsize=20_000)
def _categories_of(word: str) -> int:
    found = 0
    for position, words, stems in _STEMS:
        if word in words or word.startswith(stems) or (word.endswith("s") and word[:-1] in words):
            found |= 1 << position
    return found


@lru_cache(maxsize=20_000)
def named(name: str) -> int:
    """The categories that a class, id or other name speaks of, as bits in the order of `CATEGORIES`."""
    parts = [part.lower() for part in _PART.findall(name)[:24]]
    found = 0
    for part in parts:
        found |= _categories_of(part)
    for one, two in pairwise(parts):
        found |= _categories_of(one + two)
    return found


def styled(attributes: str) -> str:
    """The class of a start tag as written, with white space normalised and every number read as 0; "" for none."""
    found = _CLASS.search(attributes, 0, _LONGEST) if attributes else None
    if found is None:
        return ""
    return _NUMBER.sub("0", " ".join((found[1] or found[2] or found[3] or "").split()))


@lru_cache(maxsize=20_000)
def described(tag: str, attributes: str) -> tuple[int, bool]:
    """The categories that a start tag speaks of, as bits in the order of `CATEGORIES`, and whether it hides what it holds.
    Only the first 2,000 characters of the attributes are read."""
    attributes = attributes[:_LONGEST]
    bits = named(tag) if "-" in tag else 0
    for name, double, single, bare in _ATTRIBUTE.findall(attributes):
        name = name.lower()
        value = double or single or bare
        if name in _NAMES or (name.startswith("data-") and len(value) < 60 and "/" not in value):
            bits |= named(value[:200])
    hidden = _HIDING.search(attributes) is not None if "hid" in attributes or "display" in attributes else False
    return bits, hidden
