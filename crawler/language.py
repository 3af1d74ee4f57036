"""What a person reads, in the person's language: English, or Chinese by `-s UI_LANGUAGE=zh` or LANG=zh_CN.

The code writes English. A Message is that English text and knows what it was made of: it goes into JSON as it is, and
Language.say() says it in another language where it is printed. Templates use Jinja2's i18n. The translations are
crawler/locale/zh.po, read when they are first needed: nothing has to be compiled, in a checkout, a wheel or an archive.
"""

from __future__ import annotations

import errno
import gettext
import io
import os
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

LANGUAGES = {"en": "en", "zh": "zh-CN"}  # UI_LANGUAGE -> the value of HTML's `lang`
_VARIABLES = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # in the order of gettext
_LOCALE = "zh_CN"

# How dates are written: in English as strftime has it, in Chinese by CLDR's skeletons of day and time, through Babel.
_DATES = {
    "minute": ("%d %b %Y %H:%M", ("yMMMd", "Hm")),
    "day": ("%d %b", ("MMMd",)),
    "day and minute": ("%d %b %H:%M", ("MMMd", "Hm")),
    "day and second": ("%d %b %H:%M:%S", ("MMMd", "Hms")),
    "time": ("%H:%M", ("Hm",)),
    "time and second": ("%H:%M:%S", ("Hms",)),
}


class Message(str):
    """English text and what it was made of: `forms` (one; or singular and plural) and the arguments of their fields."""

    __slots__ = ("arguments", "forms")

    forms: tuple[str, ...]
    arguments: Mapping[str, Any]

    def __new__(cls, text: str, forms: tuple[str, ...], arguments: Mapping[str, Any]) -> Message:
        made = super().__new__(cls, text)
        made.forms, made.arguments = forms, arguments
        return made

    def __reduce__(self) -> tuple[type[Message], tuple[str, tuple[str, ...], Mapping[str, Any]]]:
        return Message, (str(self), self.forms, self.arguments)


def message(form: str, **arguments: Any) -> Message:
    """`form` with its {fields} filled, as str.format does it."""
    return Message(form.format(**arguments), (form,), _plain(arguments))


def counted(one: str, many: str, number: int, **arguments: Any) -> Message:
    """`one` or `many`, by `number`, which both may have as a field."""
    arguments = {"number": number, **arguments}
    return Message((one if number == 1 else many).format(**arguments), (one, many), _plain(arguments))


def _plain(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """What JSON can hold: a path is its text."""
    return {name: each if isinstance(each, str | int | float) else str(each) for name, each in arguments.items()}


# What the system says most often. Its own texts are English here: Python leaves LC_MESSAGES as it is in the locale C.
_SYSTEM = {
    errno.ENOENT: message("No such file or directory"),
    errno.EACCES: message("Permission denied"),
    errno.EPERM: message("Operation not permitted"),
    errno.EEXIST: message("File exists"),
    errno.EISDIR: message("Is a directory"),
    errno.ENOTDIR: message("Not a directory"),
    errno.ENOTEMPTY: message("Directory not empty"),
    errno.ENOSPC: message("No space left on device"),
    errno.EROFS: message("Read-only file system"),
    errno.EDQUOT: message("Disk quota exceeded"),
    errno.EIO: message("Input/output error"),
    errno.EMFILE: message("Too many open files"),
    errno.ENAMETOOLONG: message("File name too long"),
    errno.ECONNREFUSED: message("Connection refused"),
}


def why(error: OSError) -> str:
    """The error's `strerror`, as a Message where the system says it often; its text where it has none."""
    known = _SYSTEM.get(error.errno or 0)
    return known if known is not None and known == error.strerror else error.strerror or words(error)


def words(error: BaseException) -> str:
    """str(error), as the Message that it was raised with, or that what the system says is."""
    if len(error.args) == 1 and isinstance(error.args[0], Message):
        return error.args[0]
    if isinstance(error, OSError) and isinstance(cause := _SYSTEM.get(error.errno or 0), Message):
        if error.filename is None:
            said = message("[Errno {number}] {why}", number=error.errno, why=cause)
        else:
            said = message("[Errno {number}] {why}: {path!r}", number=error.errno, why=cause, path=error.filename)
        if said == str(error):
            return said
    return str(error)


def about(name: str, sentence: str) -> Message:
    """The sentence with the name of what it is about before it."""
    return message("{name}: {sentence}", name=name, sentence=sentence)


def listed(texts: Iterable[str]) -> str:
    """The texts with commas between them; messages among them stay messages."""
    *others, whole = [*texts] or [""]
    for text in reversed(others):
        whole = message("{first}, {rest}", first=text, rest=whole)
    return whole


class Language:
    """`code`: a key of LANGUAGES. `gettext`, `ngettext`: as the standard library's. `known`: what has a translation;
    a singular stands for its plural."""

    def __init__(
        self, code: str, translations: gettext.NullTranslations | None = None, known: Iterable[str] = ()
    ) -> None:
        translations = translations or gettext.NullTranslations()
        self._known = frozenset(known)
        self.code = code
        self.lang = LANGUAGES[code]
        self.gettext = translations.gettext
        self.ngettext = translations.ngettext

    def say(self, text: str) -> str:
        """A Message in this language; any other text, and a Message without a translation, as it is."""
        if not isinstance(text, Message) or text.forms[0] not in self._known:
            return str(text)
        forms, values = text.forms, text.arguments
        form = self.ngettext(*forms, values["number"]) if len(forms) == 2 else self.gettext(forms[0])
        try:
            return form.format(
                **{name: self.say(value) if isinstance(value, str) else value for name, value in values.items()}
            )
        except (LookupError, TypeError, ValueError):  # a report that somebody has changed
            return str(text)

    def join(self, sentences: Iterable[str]) -> str:
        """The sentences as one line."""
        return ("; " if self.code == "en" else "；").join(map(self.say, sentences))

    def date(self, instant: datetime, form: str = "minute") -> str:
        """`instant` in UTC. `form`: a key of _DATES."""
        english, skeletons = _DATES[form]
        if self.code == "en":
            return instant.astimezone(UTC).strftime(english)
        from babel.dates import format_skeleton  # noqa: PLC0415 - only where it is needed

        return " ".join(format_skeleton(each, instant, tzinfo=UTC, locale=_LOCALE) for each in skeletons)


@cache
def language(code: str) -> Language:
    """Raises ValueError for what is no key of LANGUAGES."""
    if code not in LANGUAGES:
        raise ValueError(f"UI_LANGUAGE={code}: {' or '.join(LANGUAGES)} is needed")
    return Language(code) if code == "en" else _translated(code)


def language_of(setting: str | None, environment: Mapping[str, str] = os.environ) -> Language:
    """The language that UI_LANGUAGE names, or that of the environment. Raises ValueError for one that is not there."""
    return language(setting or _of_environment(environment))


def stored(texts: Iterable[str]) -> dict[str, dict[str, Any]]:
    """What Said needs to make these texts messages again, as JSON: by the text, also for messages within messages."""
    return {str(text): {"forms": [*text.forms], "arguments": dict(text.arguments)} for text in _all_of(texts)}


class Said:
    """Makes messages again of texts that were read from a file, by what `stored` kept; other texts stay as they are."""

    def __init__(self, kept: object) -> None:
        self._kept = kept if isinstance(kept, dict) else {}

    def __call__(self, text: str) -> str:
        """Raises RecursionError for what no program has written."""
        kept = self._kept.get(text)
        if not isinstance(kept, dict):
            return text
        forms, arguments = kept.get("forms"), kept.get("arguments")
        if not isinstance(forms, list) or not isinstance(arguments, dict) or not 1 <= len(forms) <= 2:
            return text
        if not all(isinstance(form, str) and form for form in forms):
            return text
        if len(forms) == 2 and not isinstance(arguments.get("number"), int):
            return text
        values = {name: self(value) if isinstance(value, str) else value for name, value in arguments.items()}
        return Message(text, tuple(forms), values)


def _all_of(texts: Iterable[object]) -> Iterator[Message]:
    for text in texts:
        if isinstance(text, Message):
            yield text
            yield from _all_of(text.arguments.values())


def _of_environment(environment: Mapping[str, str]) -> str:
    named = next(filter(None, map(environment.get, _VARIABLES)), "")
    return "zh" if named.lower().startswith("zh") else "en"


def _translated(code: str) -> Language:
    # Commands that speak English do without Babel, which takes a tenth of a second.
    from importlib.resources import files  # noqa: PLC0415

    from babel.messages.mofile import write_mo  # noqa: PLC0415
    from babel.messages.pofile import read_po  # noqa: PLC0415

    compiled = io.BytesIO()
    with files("crawler").joinpath("locale", f"{code}.po").open("rb") as file:
        catalog = read_po(file)
    write_mo(compiled, catalog)
    compiled.seek(0)
    known = (each.id if isinstance(each.id, str) else each.id[0] for each in catalog if each.id and each.string)
    return Language(code, gettext.GNUTranslations(compiled), known)
