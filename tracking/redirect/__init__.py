"""Leading visitors of partners' links on, ahead of Django's request stack.

`front` answers from what `memory` holds: `cache` bounded, filled by `loading`, kept right by
`listening`. What a visitor is answered is in `answering`; a link ready for it is in `entries`.
"""
