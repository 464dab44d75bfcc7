"""What the demo seller sells, and who works with him. Prices in rupiah."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SHOP = "https://kopinusantara.example"


@dataclass(frozen=True)
class Product:
    """An article with its price in rupiah."""

    sku: str
    name: str
    category: str
    price: int
    page: str


PRODUCTS = (
    Product("GAYO-250", "Gayo Natural 250 g", "beans", 97_900, "/gayo"),
    Product("GAYO-500", "Gayo Natural 500 g", "beans", 171_500, "/gayo"),
    Product("KINT-1000", "Kintamani Washed 1 kg", "beans", 344_900, "/kintamani"),
    Product("TORA-250", "Toraja Sapan 250 g", "beans", 109_900, "/toraja"),
    Product("FLOR-250", "Flores Bajawa 250 g", "beans", 99_000, "/flores"),
    Product("MAND-250", "Mandheling 250 g", "beans", 102_500, "/mandheling"),
    Product("V60-SET", "V60 set, ceramic", "gear", 285_000, "/gear"),
    Product("DRIP-10", "Drip bags, box of 10", "drip", 79_000, "/drip"),
    Product("OFFICE-18", "Office box, 18 bags", "beans", 4_850_000, "/office"),
)


@dataclass(frozen=True)
class Person:
    """A partner of the demo: how much he sells (`weight`), how that went on, how he came in.

    `joined` is how many days ago that was; `course` is one of `courses.COURSES`.
    """

    name: str
    contact: str
    kind: str
    country: str
    weight: int
    label: str
    applied: bool
    joined: int
    course: str


def _partners() -> tuple[Person, ...]:
    with Path(__file__).with_name("partners.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Person(
                name=row["name"],
                contact=row["contact"],
                kind=row["kind"],
                country=row["country"],
                weight=int(row["weight"]),
                label=row["label"],
                applied=row["applied"] == "yes",
                joined=int(row["joined"]),
                course=row["course"],
            )
            for row in csv.DictReader(file)
        )


PARTNERS: Final = _partners()

TERMS = """You may recommend our coffee with your own links in your own words.

1. Every sale through your link within 30 days earns you commission on its net value, before tax \
and shipping. Returned goods take their part back.
2. Say openly that you earn when people buy through your link.
3. Do not bid on our name in paid search, and do not send unasked mail.
4. Claims about origin and certification must be the ones in our materials.
5. Commission is free 14 days after the sale and is paid on the 10th of each month from \
IDR 100,000.
6. Either side may end this at any time. What you have earned stays yours."""

CAPTION = """Panen Gayo 2026 sudah tiba. Dijemur di Aceh Tengah, disangrai Selasa, dikirim Rabu.
Pesan lewat tautan di bio saya; saya mendapat komisi dari setiap pesanan. {link}"""

LETTER = """The new Gayo harvest is here: red fruit, jasmine, a long finish.
Roasted on Tuesday, posted on Wednesday. Order here (I earn a share): {link}"""
