"""What the demo seller sells, and who works with him. Prices in rupiah."""

from dataclasses import dataclass

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
    """A partner of the demo: how much he sells (`weight`) and how he came in."""

    name: str
    contact: str
    kind: str
    country: str
    weight: int
    label: str
    applied: bool = False


PARTNERS = (
    Person("Ngopi Pagi", "Rani Wulandari", "person", "ID", 26, "Brew guide, Gayo", applied=True),
    Person("Bean & Bicycle", "Tom Whitfield", "company", "GB", 15, "Newsletter", applied=True),
    Person("Sekar Diseduh", "Sekar Ayu", "person", "ID", 18, "Harvest reel", applied=True),
    Person("Rumah Kopi Senja", "Joko Santoso", "company", "ID", 12, "Menu page"),
    Person("Kedai Kota", "Lina Hartono", "company", "ID", 11, "Loyalty card"),
    Person("Drei Tassen Cafés", "Anna Köhler", "company", "DE", 9, "Shop window", applied=True),
    Person("Harbour Roast Supply", "Grace Tan", "company", "SG", 9, "Price list"),
    Person("Noordkade Import", "Pieter de Wit", "company", "NL", 7, "Autumn mail"),
    Person("Tenun Lestari", "Made Suardana", "company", "ID", 6, "Gift box"),
    Person("Slow Mornings", "Mia Torres", "person", "PH", 5, "Video notes", applied=True),
    Person("Kopi Malam", "Agus Wijaya", "person", "ID", 5, "Podcast notes"),
    Person("Cangkir Kedua", "Putri Maharani", "person", "ID", 4, "Recipe blog"),
    Person("Guild Jakarta", "Hendra Gunawan", "company", "ID", 4, "Member page"),
    Person("Biji & Daun", "Wayan Sudarma", "company", "ID", 4, "Shelf card"),
    Person("Filter Friday", "Nadia Rahma", "person", "MY", 3, "Weekly thread"),
    Person("Warung Arabika", "Slamet Riyadi", "company", "ID", 3, "Table card"),
    Person("The Second Pour", "Ella Brooks", "person", "AU", 3, "Reviews"),
    Person("Tetes Pelan", "Dimas Prakoso", "person", "ID", 2, "Brew log"),
    Person("Pasar Seduh", "Yuni Astuti", "company", "ID", 2, "Market stall"),
    Person("Kopi Literasi", "Fajar Nugroho", "company", "ID", 2, "Reading list"),
    Person("Gerai Tujuh", "Siti Aminah", "company", "ID", 2, "Counter sign"),
    Person("Roast & Reason", "Oliver Hahn", "person", "AT", 1, "Essay"),
    Person("Seruput", "Bayu Saputra", "person", "ID", 1, "Stories"),
)

WAITING = (
    Person("Rumah Seduh", "Intan Permata", "company", "ID", 0, ""),
    Person("Kedai Pojok", "Rizky Firmansyah", "company", "ID", 0, ""),
    Person("Tiga Cangkir", "Maya Lestari", "person", "ID", 0, ""),
)

TERMS = """You may recommend our coffee with your own links in your own words.

1. Every sale through your link within 30 days earns you commission on its net value, before tax \
and shipping. Returned goods take their part back.
2. Say openly that you earn when people buy through your link.
3. Do not bid on our name in paid search, and do not send unasked mail.
4. Claims about origin and certification must be the ones in our materials.
5. Commission is free 14 days after the sale and is paid at the start of each month from \
IDR 100,000.
6. Either side may end this at any time. What you have earned stays yours."""

CAPTION = """Panen Gayo 2026 sudah tiba. Dijemur di Aceh Tengah, disangrai Selasa, dikirim Rabu.
Pesan lewat tautan di bio saya; saya mendapat komisi dari setiap pesanan. {link}"""

LETTER = """The new Gayo harvest is here: red fruit, jasmine, a long finish.
Roasted on Tuesday, posted on Wednesday. Order here (I earn a share): {link}"""
