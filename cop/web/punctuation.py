"""Commas, semicolons and question marks that stand between the values of a template, as a language writes them."""

import re
from collections.abc import Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream

_MARKS = {",": "،", ";": "؛", "?": "؟"}
_READ = re.compile(r"<|>|&\w+;|[,;?](?=\s|$)")


class RightToLeftMarks(Extension):
    """Between values and outside of tags a mark becomes Urdu; sentences bring their own from the catalogue."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The tokens of a template, with the marks of its plain text changed."""
        in_tag = in_sentence = opened = False
        for token in stream:
            if token.type == "block_begin":
                opened = True
            elif opened:
                opened = False
                in_sentence = token.value == "trans" or (in_sentence and token.value != "endtrans")
            if token.type == "data" and not in_sentence:
                text, in_tag = marked(token.value, in_tag)
                token = Token(token.lineno, "data", text)
            yield token


def marked(text: str, in_tag: bool) -> tuple[str, bool]:
    """The text with its marks changed, and whether it ends inside a tag."""
    done, last = [], 0
    for found in _READ.finditer(text):
        sign = found[0]
        if sign in "<>":
            in_tag = sign == "<"
        elif not in_tag and sign in _MARKS:
            done += [text[last : found.start()], _MARKS[sign]]
            last = found.end()
    return "".join((*done, text[last:])), in_tag
