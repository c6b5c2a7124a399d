"""What the columns of school and staff lists are called in English, Urdu and roman Urdu, EMIS and census names too."""

import re
from enum import StrEnum
from functools import lru_cache

from clusters.imports.matching import fold, words


class ListKind(StrEnum):
    """What a list holds."""

    SCHOOLS = "schools"
    STAFF = "staff"


_SAME = {
    "name": "naam, nam, nām, names, نام",
    "school": "schools, skool, sch, scl, institution, institute, institutions, اسکول, سکول, ادارہ",
    "code": "codes, kod, cod, کوڈ",
    "no": "number, num, nr, numbers, نمبر",
    "emis": "emiss, ایمس, ایمز",
    "x": "xcoord, xcord, xcoordinate",
    "y": "ycoord, ycord, ycoordinate",
    "latitude": "lat, latitud, lattitude, latitide, latitudes, lati",
    "longitude": "long, longitud, lon, lng, longtitude, logitude, longitudes, longi",
    "coordinate": "coordinates, coord, coords, cordinates, cordinate, co-ordinates, co-ordinate",
    "location": "locations, محل",
    "district": "dist, distt, districts, zila, zilla, zillah, ضلع",
    "province": "suba, sooba, صوبہ",
    "tehsil": "tahsil, tehseel, tehsils, taluka, taluk, taluqa, تحصیل",
    "circle": "سرکل",
    "council": "کونسل",
    "union": "یونین",
    "village": "ویلج, ولیج",
    "level": "سطح, درجہ",
    "gender": "sex, جنس, صنف",
    "teacher": "teachers, ustad, ustaad, moallim, استاد, معلم, ٹیچر",
    "employee": "emp, employees, mulazim, ملازم",
    "designation": "desig, designations, ohda, uhda, عہدہ",
    "mobile": "mob, cell, موبائل",
    "phone": "tel, telephone, ph, فون",
    "contact": "rabta, raabta, رابطہ",
    "personal": "personnel, personel, pers, پرسنل",
    "subject": "subjects, mazmoon, مضمون, مضامین",
    "zone": "زون",
    "degree": "degrees, deg, d",
    "minute": "minutes, min, m",
    "second": "seconds, sec, s",
}
_WORD = {form: word for word, forms in _SAME.items() for form in words(forms)}
_SILENT = frozenset(words("of, the, in, for, and, or, a, ka, ki, ke, کا, کی, کے"))
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_JOINED = tuple(
    (fold(phrase), word)
    for phrase, word in (
        ("co-ordinate", "coordinate"),
        ("عرض بلد", "latitude"),
        ("طول بلد", "longitude"),
        ("محل وقوع", "location"),
        ("ای ایم آئی ایس", "emis"),
        ("آئی ڈی", "id"),
    )
)
_BALAD = re.compile(r"\b(?:arz|ارض)(?: e)? (?:balad|بلد)\b")
_TOOL_BALAD = re.compile(r"\b(?:tool|tul|tol)(?: e)? balad\b")


@lru_cache(maxsize=4096)
def tokens(header: str) -> tuple[str, ...]:
    """The words of a header in one form: EMISCode, emis_code and ایمس کوڈ are all emis, code."""
    text = fold(_CAMEL.sub(" ", header))
    for phrase, word in _JOINED:
        text = text.replace(phrase, word)
    text = _TOOL_BALAD.sub("longitude", _BALAD.sub("latitude", text))
    return tuple(_WORD.get(word, word) for word in text.split() if word not in _SILENT)


EMIS = "emis code, emis, emis no, emis id, school emis code, school emis, school emis no, emis school code"
_CENSUS = "bemis code, bemis, semis code, semis, school semis code, udise code, udise, udise no, school udise code"
_SCHOOL_CODE = "school code, school id, school no, school identification no, census code, census no"

FIELDS: dict[ListKind, dict[str, str]] = {
    ListKind.SCHOOLS: {
        "code": f"{EMIS}, {_CENSUS}, {_SCHOOL_CODE}, code, id",
        "name": "school name, school name english, school title, school, name, title",
        "gender": "gender, school gender, boys girls mixed, boys girls, male female, boys girls co education",
        "level": "level, school level, school level name, stage, school stage, functional level, education level",
        "lat": "latitude, y, north, northing, n, lat y, latitude y",
        "lon": "longitude, x, east, easting, e, longitude x",
        "lat_deg": "latitude degree, north degree",
        "lat_min": "latitude minute, north minute",
        "lat_sec": "latitude second, north second",
        "lon_deg": "longitude degree, east degree",
        "lon_min": "longitude minute, east minute",
        "lon_sec": "longitude second, east second",
        "latlon": "coordinate, gps coordinate, latitude longitude, location coordinate, gps location, gps,"
        " geo location, geolocation, geo point, geopoint, point, geom, geometry, wkt, x y, school location,"
        " map location, location, position, geo coordinate,"
        " school coordinate, gps point, latitude longitude coordinate",
        "province": "province, province name, state, state name",
        "district": "district, district name",
        "tehsil": "tehsil, tehsil name, tehsil town, town, tehsil town name, sub division, subdivision, sub district",
        "union_council": "union council, uc, uc name, union council name, union council uc, uc union council",
        "village_council": "village council, vc, vc name, village council name, vc nc, village neighbourhood council,"
        " village council neighbourhood council, neighbourhood council",
        "asdeo_circle": "circle asdeo office, asdeo circle, circle, asdeo office, asdeo, circle office, circle name,"
        " asdeo circle name, asdeo circle office",
        "sdeo_office": "sdeo office, sdeo, sdeo office name",
        "zone": "summer winter zone, zone, summer winter, vacation zone, season, zone summer winter, climate zone,"
        " school zone, vacation",
        "ddo_code": "ddo code, ddo, ddo no, ddo cost center",
        "rooms": "rooms, no of rooms, room no, total rooms, classrooms, class rooms, no of classrooms,"
        " total classrooms, no of class rooms, kamray, کمرے, کمروں کی تعداد",
        "power": "power, electricity, electricity available, electricity facility, electricity connection, bijli, بجلی",
        "safe_access": "safe access, access, accessible, road access, access road, safe road, safe to reach,"
        " محفوظ راستہ",
        "can_host": "can host, may host, can host ltrc, suitable host, suitable to host, suitable as host,"
        " host possible, میزبان بن سکتا",
        "official_cluster": "ltrc, ltrc name, cluster, cluster name, ltrc cluster, training cluster, cluster centre,"
        " cluster center, cluster centre name, cluster center name, ایل ٹی آر سی, کلسٹر",
        "official_host": "ltrc host, host, host school, cluster host, host emis code, ltrc host school,"
        " cluster host school, host school code, host school emis code, host code, is host, میزبان, میزبان سکول",
    },
    ListKind.STAFF: {
        "code": f"{EMIS}, {_CENSUS}, {_SCHOOL_CODE}, code, school",
        "name": "name, teacher name, employee name, staff name, official name, officer name, full name, person name,"
        " participant name, trainer name, teacher",
        "designation": "designation, post, post name, designation post, current designation, position, job title,"
        " cadre, role, rank",
        "personal_no": "personal no, employee no, employee id, employee code, employee personal no, personal id, p no,"
        " pno, personal code, staff no, staff id, teacher id, teacher code, teacher personal no",
        "mobile_no": "mobile no, mobile, phone no, phone, contact no, contact, whatsapp no, whatsapp, mobile phone,"
        " mobile phone no, teacher mobile no, contact mobile no, sms no",
        "gender": "gender, male female, teacher gender",
        "subject": "subject, subject taught, teaching subject, main subject, teacher subject",
    },
}
"""What each field may be called; the earlier name is preferred where a list has several."""
BY_CONTENT = ("type", "school type", "category", "school category", "school status type")
"""Names that may stand over gender or over level; the cells decide."""
SOFT = frozenset(
    words(
        "gps, coordinate, decimal, dd, degree, point, location, geo, geographic, wgs84, wgs, position, value, map,"
        " school, basic, information, details, detail, data, particulars, profile, general, administrative, address,"
        " area, unit, wise, per, census, n, e, complete, new, current, official, own"
    )
)
"""Words that may stand beside a name without changing what it means."""
REQUIRED: dict[ListKind, tuple[str, ...]] = {
    ListKind.SCHOOLS: ("code",),
    ListKind.STAFF: ("name", "designation", "code"),
}
ALIASES = {
    "emis": "code",
    "emis code": "code",
    "school code": "code",
    "latitude": "lat",
    "y": "lat",
    "longitude": "lon",
    "long": "lon",
    "lng": "lon",
    "x": "lon",
    "lat lon": "latlon",
    "coordinates": "latlon",
    "location": "latlon",
    "uc": "union_council",
    "vc": "village_council",
    "circle": "asdeo_circle",
    "sdeo": "sdeo_office",
    "ddo": "ddo_code",
    "post": "designation",
    "personal number": "personal_no",
    "personnel no": "personal_no",
    "mobile": "mobile_no",
    "mobile number": "mobile_no",
    "phone": "mobile_no",
    "school name": "name",
}
"""Other names of fields that `--column name=field` takes."""
IGNORE = "ignore"
"""The field of a column that is not to be read."""
