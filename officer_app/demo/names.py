"""The names, streets and articles the demo shop is made of."""

from typing import NamedTuple


class Country(NamedTuple):
    """What people of one country are called and how they live; `weight` is their share of the customers."""

    code: str
    weight: int
    language: str
    first: tuple[str, ...]
    last: tuple[str, ...]
    streets: tuple[str, ...]
    cities: tuple[tuple[str, str], ...]
    dial: str


COUNTRIES = (
    Country(
        "VN", 66, "vi",
        ("Văn An", "Thị Bích", "Minh Châu", "Quốc Dũng", "Thu Hà", "Đức Huy", "Ngọc Lan", "Hoàng Long",
         "Thị Mai", "Bảo Ngọc", "Thanh Phong", "Kim Oanh", "Hữu Phước", "Thúy Quỳnh", "Xuân Sơn",
         "Thị Tuyết", "Anh Tuấn", "Cẩm Vân", "Quang Vinh", "Hải Yến"),
        ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Huỳnh", "Phan", "Vũ", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ",
         "Ngô", "Dương", "Lý"),
        ("Lê Lợi", "Nguyễn Huệ", "Trần Hưng Đạo", "Hai Bà Trưng", "Điện Biên Phủ", "Lý Thường Kiệt",
         "Phan Chu Trinh", "Võ Văn Tần", "Cách Mạng Tháng Tám"),
        (("Hà Nội", "100000"), ("TP. Hồ Chí Minh", "700000"), ("Đà Nẵng", "550000"), ("Cần Thơ", "900000"),
         ("Hải Phòng", "180000"), ("Huế", "530000")),
        "+84",
    ),
    Country(
        "DE", 8, "de",
        ("Jürgen", "Käthe", "Anna", "Lukas", "Sören", "Heike", "Björn", "Ursula"),
        ("Müller", "Schäfer", "Weiß", "Köhler", "Schmidt", "von der Heide", "Groß", "Jäger"),
        ("Hauptstraße", "Lindenweg", "Bahnhofstraße", "Am Mühlbach"),
        (("Berlin", "10115"), ("Köln", "50667"), ("München", "80331"), ("Görlitz", "02826")),
        "+49",
    ),
    Country(
        "US", 8, "en",
        ("Emily", "James", "Olivia", "Noah", "Ava", "William", "Zoë", "Renée"),
        ("Johnson", "O'Brien", "Garcia", "Miller", "Washington", "Smith-Jones", "Nguyen"),
        ("Main Street", "Oak Avenue", "5th Avenue", "Elm Drive"),
        (("Portland", "97201"), ("Austin", "73301"), ("Boston", "02108"), ("San José", "95110")),
        "+1",
    ),
    Country(
        "FR", 5, "fr",
        ("Élodie", "François", "Chloé", "Jérôme", "Anaïs", "Noël"),
        ("Lefèvre", "D'Artagnan", "Dubois", "Gauthier", "Le Goff"),
        ("Rue de la République", "Avenue Victor Hugo", "Place du Marché"),
        (("Paris", "75001"), ("Lyon", "69001"), ("Besançon", "25000")),
        "+33",
    ),
    Country(
        "PL", 5, "pl",
        ("Łukasz", "Małgorzata", "Święcisława", "Grzegorz", "Żaneta"),
        ("Wójcik", "Kowalczyk", "Źdźbło", "Brzęczyszczykiewicz", "Dąbrowski"),
        ("ulica Długa", "aleja Jerozolimskie", "ulica Świętokrzyska"),
        (("Łódź", "90-001"), ("Kraków", "30-001"), ("Gdańsk", "80-001")),
        "+48",
    ),
    Country(
        "CZ", 3, "cs",
        ("Jiří", "Božena", "Ondřej", "Žofie"),
        ("Dvořák", "Čapková", "Šťastný", "Příhoda"),
        ("Vinohradská", "Na Příkopě"),
        (("Praha", "110 00"), ("Brno", "602 00")),
        "+420",
    ),
    Country(
        "GR", 3, "el",
        ("Γιώργος", "Ελένη", "Νίκος"),
        ("Παπαδόπουλος", "Οικονόμου"),
        ("Ερμού", "Πατησίων"),
        (("Αθήνα", "105 63"), ("Θεσσαλονίκη", "546 24")),
        "+30",
    ),
    Country(
        "TR", 2, "tr",
        ("Ayşe", "İbrahim", "Işıl"),
        ("Yılmaz", "Çağlar", "Öztürk"),
        ("Atatürk Caddesi", "İstiklal Caddesi"),
        (("İstanbul", "34000"), ("Eskişehir", "26000")),
        "+90",
    ),
)  # fmt: skip

ARTICLES = (
    ("Áo dài silk, size M", 1290000), ("Conical hat", 180000), ("Coffee phin, steel", 95000),
    ("Robusta beans 1 kg", 245000), ("Lotus tea 200 g", 320000), ("Ceramic bowl Bát Tràng", 210000),
    ("Bamboo lamp", 560000), ("Linen shirt", 690000), ("Lacquer box", 430000), ("Notebook, rice paper", 75000),
    ("Silk scarf", 380000), ("Fish sauce 500 ml", 115000),
)  # fmt: skip
