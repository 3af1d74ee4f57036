"""croissant.json: the same facts for machines, after the Croissant format 1.1 (https://docs.mlcommons.org/croissant/)."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from crawler.card.columns import MEANING
from crawler.card.facts import DatasetFacts
from pipelines.dataset.schema import SCHEMA

_TERMS = (
    ("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileObject"),
    (
        "fileProperty",
        "fileSet",
        "format",
        "includes",
        "isArray",
        "isLiveDataset",
        "jsonPath",
        "key",
        "md5",
        "parentField",
        "path",
    ),
    ("recordSet", "references", "regex", "repeated", "replace", "samplingRate", "separator"),
    ("source", "subField", "transform"),
)
# The context that the format's authors publish: readers warn about any other.
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    **{name: f"cr:{name}" for names in _TERMS for name in names},
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
}
_FILES = "articles-parquet"


def croissant(facts: DatasetFacts, *, name: str, contact: str | None) -> dict[str, Any]:
    """JSON-LD. Each part stands there with its size and SHA-256, and the record set with every column."""
    last = facts.total["last_fetched"]
    described: dict[str, Any] = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.1",
        "name": name,
        "description": f"{facts.total['articles']} articles of Chinese template sites, as crawled; see README.md.",
        "license": "The texts belong to their authors and sites; see README.md.",
        "inLanguage": "zh",
        "isLiveDataset": True,
        "distribution": [
            *(
                {
                    "@type": "cr:FileObject",
                    "@id": part.path,
                    "name": part.path.rpartition("/")[2],
                    "contentUrl": part.path,
                    "contentSize": f"{part.bytes} B",
                    "encodingFormat": "application/x-parquet",
                    "sha256": part.sha256,
                }
                for part in facts.parts
            ),
            {
                "@type": "cr:FileSet",
                "@id": _FILES,
                "name": _FILES,
                "description": "All of them.",
                "encodingFormat": "application/x-parquet",
                "includes": "articles/*/*.parquet",
            },
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": "articles",
                "name": "articles",
                "key": {"@id": "articles/id"},
                "field": [_field(field) for field in SCHEMA],
            }
        ],
    }
    if last:
        described |= {
            "datePublished": f"{last:%Y-%m-%d}",
            "version": f"{last.year}.{last.month}.{last.day}",
            "citeAs": f"{name}, as of {last:%Y-%m-%d}",
        }
    if contact:
        described["creator"] = {"@type": "Organization", "name": contact}
    if contact and "://" in contact:
        described["url"] = contact
    return described


def _field(field: pa.Field) -> dict[str, Any]:
    kind, repeated = field.type, pa.types.is_list(field.type)
    if repeated:
        kind = kind.value_type
    described: dict[str, Any] = {
        "@type": "cr:Field",
        "@id": f"articles/{field.name}",
        "name": field.name,
        "description": MEANING[field.name],
    }
    if repeated:
        described |= {"isArray": True, "arrayShape": "-1"}
    if not pa.types.is_struct(kind):
        return described | {"dataType": _data_type(kind), "source": _source(field.name)}
    return described | {
        "subField": [
            {
                "@type": "cr:Field",
                "@id": f"articles/{field.name}/{inner.name}",
                "name": inner.name,
                "dataType": _data_type(inner.type.value_type if pa.types.is_list(inner.type) else inner.type),
                **({"isArray": True, "arrayShape": "-1"} if pa.types.is_list(inner.type) else {}),
                "source": _source(field.name, inner.name),
            }
            for inner in (kind.field(i) for i in range(kind.num_fields))
        ]
    }


def _source(column: str, inner: str | None = None) -> dict[str, Any]:
    source: dict[str, Any] = {"fileSet": {"@id": _FILES}, "extract": {"column": column}}
    return source | {"transform": {"jsonPath": inner}} if inner else source


def _data_type(kind: pa.DataType) -> str:
    if pa.types.is_boolean(kind):
        return "sc:Boolean"
    if pa.types.is_integer(kind):
        return "sc:Integer"
    if pa.types.is_floating(kind):
        return "sc:Float"
    return "sc:DateTime" if pa.types.is_timestamp(kind) else "sc:Text"
