"""Every template compiles and brings no inline code."""

import re

from flask import Flask

INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)


def test_templates_compile(app: Flask) -> None:
    loaded = [app.jinja_env.get_template(name) for name in app.jinja_env.list_templates()]
    assert len(loaded) > 20


def test_templates_have_no_inline_code(app: Flask) -> None:
    assert app.jinja_env.loader
    found = []
    for name in app.jinja_env.list_templates(filter_func=lambda name: not name.startswith("security/_")):
        source, filename, _ = app.jinja_env.loader.get_source(app.jinja_env, name)
        if filename and "/portal/templates/" in filename and INLINE.search(source):
            found.append(name)
    assert found == []
