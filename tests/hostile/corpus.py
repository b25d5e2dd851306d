"""What people type, paste or send who mean harm, and what programs send that err."""

import json

SCRIPT = "<script>alert(1)</script>\"'><svg onload=alert(2)>"
TEMPLATE = "{{ 7|add:700100002 }}{% debug %}{{7*7}}${7*7}#{7*7}"
SOLVED = "700100009"  # what the template would say
EVIL_HEADER = "x@example.com\r\nX-Evil: yes\r\n\r\n<b>"

TEXTS = {
    "markup": SCRIPT,
    "template": TEMPLATE,
    "header": EVIL_HEADER,
    "query": "'; DROP TABLE surveys_response; -- \" OR 1=1 %s %(a)s",
    "formula": "=cmd|' /C calc'!A0",
    "nul": "a\0b",
    "only nul": "\0",
    "surrogate": "half \ud800 of it",
    "rtl": "\u202egnp.exe\u202c \u200b\u200d\ufeff",
    "marks": "e" + "\u0301" * 10_000,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 500,
    "long": "x" * 100_000,
    "lines": "\n" * 5_000,
    "digits": "٧",
    "big": "9" * 400,
    "bigint": str(2**63),
    "negative": "-1",
    "float": "1e400",
    "nan": "NaN",
    "infinity": "-Infinity",
    "zero": "00000000000000000007",
    "year": "10000-01-01T00:00",
    "early": "0001-01-01T00:00",
    "late": "9999-12-31T23:59:59.999999-23:59",
    "space": " \t\u00a0\u3000 ",
    "path": "../../../../etc/passwd",
    "address": "//evil.example/%2e%2e",
    "scheme": "javascript:alert(1)",
    "json": '{"__proto__": {"a": 1}}',
    "nothing": "",
}

FORM = "application/x-www-form-urlencoded"
BOUNDARY = "multipart/form-data; boundary=b"
_part = b'--b\r\nContent-Disposition: form-data; name="score"\r\n\r\n3\r\n'
_file = b'--b\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: text/html\r\n\r\n<b>\r\n'

# name: (content type, body)
BODIES: dict[str, tuple[str, bytes]] = {
    "10 MB": (FORM, b"score=3&comment=" + b"x" * 10_000_000),
    "10 MB in parts": (
        BOUNDARY,
        _part.replace(b"score", b"comment").replace(b"3", b"x" * 10_000_000) + b"--b--\r\n",
    ),
    "a 10 MB file": (BOUNDARY, _file % (b"comment", b"a.html") + b"x" * 10_000_000 + b"\r\n--b--\r\n"),
    "bad UTF-8": (FORM, b"score=%ff%fe&comment=%c3%28&%80=1"),
    "bad UTF-8, bare": (FORM, b"score=\xff\xfe&comment=\xc3\x28"),
    "surrogates": (FORM, b"score=3&comment=%ed%a0%80&email=%ed%a0%80&password=%ed%b0%80"),
    "NUL": (FORM, b"score=3&comment=a%00b&email=%00&password=%00&next=%00&language=%00&name=%00"),
    "5,000 fields": (FORM, b"&".join(b"f%d=1" % number for number in range(5_000))),
    "5,000 parts": (BOUNDARY, b"".join(_part.replace(b"score", b"f%d" % n) for n in range(5_000)) + b"--b--\r\n"),
    "500 files": (BOUNDARY, b"".join(_file % (b"f%d" % n, b"a") for n in range(500)) + b"--b--\r\n"),
    "a huge name": (FORM, b"n" * 200_000 + b"=1"),
    "the same field 150 times": (FORM, b"&".join([b"score=3"] * 150)),
    "only separators": (FORM, b"&=&=&;;=%&%%%"),
    "no boundary": ("multipart/form-data", _part + b"--b--\r\n"),
    "an empty boundary": ("multipart/form-data; boundary=", _part),
    "a boundary that is no ASCII": ("multipart/form-data; boundary=\u00e9", _part),
    "a boundary of 10,000": ("multipart/form-data; boundary=" + "b" * 10_000, _part),
    "parts that do not end": (BOUNDARY, _part[:40]),
    "a part without a name": (BOUNDARY, b"--b\r\nContent-Disposition: form-data\r\n\r\n3\r\n--b--\r\n"),
    "a part in bad base64": (
        BOUNDARY,
        _part.replace(b"\r\n\r\n3", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n!") + b"--b--\r\n",
    ),
    "a part of 5,000 headers": (
        BOUNDARY,
        b'--b\r\nContent-Disposition: form-data; name="score"\r\n' + b"X-A: b\r\n" * 5_000 + b"\r\n3\r\n--b--\r\n",
    ),
    "files": (
        BOUNDARY,
        _part + _file % (b"comment", b"../../x.html") + _file % (b"score", b"a\0b") + b"--b--\r\n",
    ),
    "an unknown charset": (f"{FORM}; charset=klingon", b"score=3"),
    "a charset that decodes to nothing": (f"{FORM}; charset=base64", b"score=3"),
    "UTF-7": (f"{FORM}; charset=utf-7", b"score=3&comment=+ADw-script+AD4-"),
    "UTF-16": (f"{FORM}; charset=utf-16", "score=3".encode("utf-16")),
    "deep JSON": ("application/json", b"[" * 100_000 + b"]" * 100_000),
    "deep objects": ("application/json", b'{"a":' * 20_000 + b"1" + b"}" * 20_000),
    "JSON": ("application/json", json.dumps({"score": 3, "comment": ["x"]}).encode()),
    "JSON that is none": ("application/json", b"{'score': NaN, Infinity}"),
    "JSON of a huge number": ("application/json", b'{"score": ' + b"9" * 5_000 + b"}"),
    "XML": ("application/xml", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'),
    "pickle": ("application/python-pickle", b"cos\nsystem\n(S'true'\ntR."),
    "no type": ("", b"score=3"),
    "a type that is none": ("\x7f;;=;/", b"score=3"),
    "nothing": (FORM, b""),
}

HEADERS: dict[str, dict[str, str]] = {
    "host": {"Host": "evil.example"},
    "host with rubbish": {"Host": "127.0.0.1:8000@evil.example"},
    "no host": {"Host": ""},
    "forwarded": {
        "X-Forwarded-For": "1.2.3.4, <script>", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
        "X-Forwarded-Port": "99999", "X-Forwarded-Prefix": "//evil.example", "Forwarded": "for=1;host=evil.example",
        "X-Real-IP": "::1", "X-Original-URL": "/setup/", "X-Rewrite-URL": "/setup/", "X-Script-Name": "/evil",
    },
    "method": {"X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "PUT", "X-Method-Override": "PATCH"},
    "range": {"Range": "bytes=0-,0-,0-,5-2", "If-Range": "x", "If-Modified-Since": "yesterday", "If-None-Match": "*"},
    "languages": {"Accept-Language": ",".join(f"x{n};q=0.{n}" for n in range(9_000))},
    "one language": {"Accept-Language": "a-" * 50_000},
    "a language that is a path": {"Accept-Language": "../../da, ..\\..\\x;q=nan"},
    "cookies": {"Cookie": "; ".join(f"c{number}=v" for number in range(6_000))},
    "one cookie": {"Cookie": "django_language=" + "x" * 60_000},
    "our cookies": {"Cookie": 'sessionid=\x80"; csrftoken=<b>; messages=x; django_language=%00'},
    "accept": {"Accept": "x/" * 5_000, "Accept-Encoding": "gzip;q=nan, br;q=-1, *;q=1e999", "Accept-Charset": "\u00ff"},
    "authorization": {"Authorization": "Bearer \u00e9\x01 " + "x" * 10_000},
    "basic": {"Authorization": "Basic !!!"},
    "origin": {"Origin": "null", "Referer": "javascript:alert(1)"},
    "request id": {"X-Request-ID": "a\tb<script>"},
    "expect": {"Expect": "1000-continue", "Upgrade": "h2c", "Connection": "Upgrade, HTTP2-Settings", "TE": "x"},
    "encoded": {"Content-Encoding": "gzip"},
    "idempotency": {"Idempotency-Key": "\u00e9" * 300},
}  # fmt: skip

METHODS = ("TRACE", "PUT", "PATCH", "DELETE", "FOO", "OPTIONS", "HEAD", "PROPFIND", "CONNECT", "get", "P" * 3_000)

QUERIES = (
    "?lang=%00&score=%00", "?score=99999999999999999999&lang=../../x", "?lang=" + "x" * 50_000, "?" + "a=1&" * 4_000,
    "?%ff=%fe", "?score=%D9%A7&lang=da%0d%0aX-Evil:%20yes", "?a[]=1&a[b]=2&=&&&",
    "?next=//evil.example&next=%5c%5cevil",
    "?page=-1&after=99999999999999999999&before=-1&view=%00&q=%00", "?after=1~2~3~4~5&q=%22%22%22", "?q=" + "(" * 190,
    "?after=-1~0~NaN~0001-01-01T00:00:00%2B14:00~0&from=10000-01-01&to=0000-00-00", "?from=9999-12-31&to=9999-12-31",
    "?to=0001-01-01&score=%F0%9D%9F%A9&owner=%00&team=1e400&survey=%00", "?after=٧&before=٧", "?company=" + "é" * 3_000,
    "?" + "&".join(f"trait{n}=x" for n in range(250)), "?expand=%00&cursor=%00&page_size=%00&format=%00",
)  # fmt: skip

PATHS = (
    "//", "///evil.example/%2e%2e", "/%00", "/s/%00/", "/s/..%2f..%2fadmin/", "/s/" + "a" * 20_000 + "/", "/r/%ff%fe/",
    "/t/" + "A" * 43 + "/", "/r/" + "A" * 43 + "/", "/t/" + "_" * 43 + "/", "/r/%F0%9F%98%A1/", "/static/../manage.py",
    "/static/%2e%2e/%2e%2e/manage.py", "/static/%00", "/static//etc/passwd", "/static/css/", "/desk/tickets/0/",
    "/desk/tickets/99999999999999999999/", f"/desk/tickets/{2**63}/", "/desk/tickets/-1/", "/desk/tickets/1e5/",
    "/desk/tickets/%D9%A7/", f"/desk/answers/{10**40}/", f"/desk/outbox/{2**63}/html/", f"/setup/people/{2**63}/",
    f"/setup/teams/{10**30}/", f"/setup/keys/{2**63}/revoke/", f"/setup/playbooks/{2**63}/", "/setup/surveys/%00/",
    f"/setup/playbooks/1/{2**63}/", f"/setup/root-causes/{2**63}/", "/setup/surveys/autumn/words/%00/", "/api/%00",
    "/setup/surveys/autumn/words/..%2fxx/", f"/setup/surveys/autumn/questions/{2**63}/", "/api/v1/tickets/%00/",
    f"/api/v1/tickets/{'9' * 18}/", f"/api/v1/tickets/{'9' * 40}/", "/api/v1/surveys/%00/", "/api/v1//tickets/",
    "/admin/surveys/response/%00/change/", f"/admin/surveys/response/{2**63}/change/", "/admin/r/1/%00/",
    "/admin/surveys/response/?q=%00", "/admin/surveys/response/?p=99999999999999999999", "/admin/jsi18n/",
    "/%c0%ae%c0%ae/",
    "/case/" + "A" * 43 + "/", "/unsubscribe/" + "A" * 43 + "/", "/login/%0d%0aX-Evil:%20yes",
    "/\u2028", "/.git/config",
    "/desk/?" + "x" * 90_000, "*", "/;/", "/s/autumn", "/s/AUTUMN/", "/s/autumn/..;/", "/readyz/", "/metrics/%00",
)  # fmt: skip
