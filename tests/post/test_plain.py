"""HTML to plain text: what a reader would see, and nothing that acts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from officer_app.post.caps import Notes
from officer_app.post.plain import from_html, roughly, shortened, unflowed


def text(html: str) -> str:
    return from_html(html, Notes())


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>one</p><p>two<br>three</p>", "one\n\ntwo\nthree"),
        ("<ul><li>a<li>b</ul>", "• a\n• b"),
        ("a &lt;b&gt; &amp; &#233; &nbsp; c", "a <b> & é \xa0 c"),
        ("<style>p{color:red}</style>x<script>alert(1)</script>y", "xy"),
        ("<html><head><title>no</title><meta x></head><body>yes</body></html>", "yes"),
        ("<head><title>open<body>yes", ""),
        ("<blockquote>old<blockquote>older</blockquote></blockquote>new", "> old\n\n> > older\n\nnew"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("<table><tr><td>a<td>b<tr><td>c</table>", "a b\nc"),
        ('<a href="https://evil.example/">https://bank.example</a>', "https://bank.example <https://evil.example/>"),
        ('<a href="https://bank.example/">https://bank.example</a>', "https://bank.example"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<a href="javascript:alert(1)">ok</a>', "ok <javascript:alert(1)>"),
        ('<img src="file:///etc/passwd" alt="our logo">', "[our logo]"),
        ("<svg><text>hidden</text></svg>shown", "shown"),
    ],
)
def test_what_is_shown(html: str, shown: str) -> None:
    assert text(html).replace("\xa0 ", "\xa0 ") == shown


def test_open_silent_tags_do_not_swallow_what_follows_their_end() -> None:
    assert text("<svg><svg></svg>in</svg>out") == "out"
    assert text("<template>a</template><select><option>b</select>c") == "c"


@given(st.text(alphabet="<>/abp! -[]=\"'&#;\n", max_size=300))
def test_any_markup_gives_text_and_no_tag_of_ours_survives(html: str) -> None:
    text(html).encode("utf-8")
    roughly(html)
    assert "<b>" not in text("<b>x</b>")


def test_a_hundred_thousand_tags_cost_no_recursion() -> None:
    assert text("<div>" * 100_000 + "deep") == "deep"
    assert text("<blockquote>" * 1_000 + "deep").count(">") == 10


def test_endless_words_are_broken_and_long_texts_cut() -> None:
    notes = Notes()
    shown = shortened("x" * 5_500, notes)
    assert max(len(line) for line in shown.split("\n")) == 1_000
    assert shown.replace("\n", "") == "x" * 5_500
    assert notes.complete
    assert len(shortened("a " * 400_000, notes)) == 500_000
    assert not notes.complete


def test_flowed_text_gets_its_paragraphs_back() -> None:
    sent = "one \ntwo \nthree\n> quoted \n> lines\n from here\n-- \nname"
    assert unflowed(sent) == "one two three\n> quoted \n> lines\nfrom here\n-- \nname"
