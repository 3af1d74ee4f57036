"""Containerfile, compose.yaml and deploy/kubernetes/: what they name exists, and what the documents say of them holds.

There is no container engine to run them in: the processes that they start are those of the other tests.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler import settings
from crawler.siteconfig.site import FAMILIES
from crawler.status import Exit
from tests.site.crawl import PROJECT

yaml = pytest.importorskip("yaml")

IMAGE = "chinese-template-crawler"
PORT = 9410
KUBERNETES = PROJECT / "deploy" / "kubernetes"


def containerfile() -> list[tuple[str, str]]:
    """Instruction and arguments, lines that go on joined."""
    text = re.sub(r"^\s*#.*\n", "", (PROJECT / "Containerfile").read_text("utf-8"), flags=re.M).replace("\\\n", " ")
    lines = (line.split(None, 1) for line in text.splitlines() if line.strip())
    return [(word, " ".join(rest.split())) for word, rest in lines]


def stages() -> list[list[tuple[str, str]]]:
    made: list[list[tuple[str, str]]] = []
    for each in containerfile():
        if each[0] == "FROM":
            made.append([])
        made[-1].append(each)
    return made


def compose() -> dict[str, Any]:
    return dict(yaml.safe_load((PROJECT / "compose.yaml").read_text("utf-8")))


def manifests() -> list[dict[str, Any]]:
    return [each for path in sorted(KUBERNETES.glob("*.yaml")) for each in yaml.safe_load_all(path.read_text("utf-8"))]


def of_kind(kind: str) -> list[dict[str, Any]]:
    return [each for each in manifests() if each["kind"] == kind]


def pods(node: Any) -> Iterator[dict[str, Any]]:
    """Every specification of a pod below `node`."""
    if isinstance(node, dict):
        if "containers" in node:
            yield node
        for each in node.values():
            yield from pods(each)
    elif isinstance(node, list):
        for each in node:
            yield from pods(each)


def options(words: list[str]) -> dict[str, str]:
    """The settings of a command line."""
    return dict(words[at + 1].split("=", 1) for at, word in enumerate(words) if word == "-s")


def check_crawl(words: list[str]) -> None:
    assert words[0] == "crawl"
    assert words[1] in FAMILIES
    given = options(words)
    assert all(hasattr(settings, name) for name in given), given
    assert {"OUTPUT_DIR", "SPOOL_DIR", "FRONTIER_URL", "CONTACT"} <= given.keys()
    assert given["METRICS_PORT"] == str(PORT)


def test_the_image_runs_without_root_and_without_what_built_it() -> None:
    build, final = stages()
    assert "gcc" in str(build)
    assert not re.search(r"gcc|pip install|build-essential", str(final))
    users = [rest for word, rest in final if word == "USER"]
    assert users
    assert not users[-1].startswith(("0", "root"))
    assert [rest for word, rest in final if word == "COPY"] == ["--from=build /opt/crawler /opt/crawler"]
    assert dict(final)["ENTRYPOINT"] == '["scrapy"]'
    assert f"127.0.0.1:{PORT}/metrics" in dict(final)["HEALTHCHECK"]
    assert "SCRAPY_SETTINGS_MODULE=crawler.settings" in dict(final)["ENV"]
    assert {rest.split(" AS ")[0] for word, rest in containerfile() if word == "FROM"} == {"python:3.11-slim-bookworm"}


def test_the_image_has_extras_that_there_are() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    [extras] = [rest[7:] for word, rest in containerfile() if word == "ARG" and rest.startswith("EXTRAS=")]
    assert set(extras.split(",")) <= project["optional-dependencies"].keys()
    assert project["name"] == IMAGE


def test_what_is_built_from_is_not_ignored() -> None:
    ignored = (PROJECT / ".dockerignore").read_text("utf-8").split()
    for name in ("crawler", "pipelines", "pyproject.toml", "setup.py", "README.md", "LICENSE", "requirements.lock"):
        assert (PROJECT / name).exists()
        assert name not in ignored


def test_compose_starts_a_worker_for_each_family_and_all_that_it_needs() -> None:
    services = compose()["services"]
    crawls = {name: each for name, each in services.items() if each.get("image") == IMAGE}
    assert {each["command"][1] for each in crawls.values()} == set(FAMILIES)
    for name, each in crawls.items():
        check_crawl(each["command"])
        assert name == f"crawl-{each['command'][1]}"
        assert each["depends_on"].keys() <= services.keys()
        given = options(each["command"])
        bucket = given["OUTPUT_DIR"].removeprefix("s3://").partition("/")[0]
        assert f"-name {bucket}'" in services["bucket"]["entrypoint"][-1]
        user, _, place = given["FRONTIER_URL"].partition("://")[2].partition("@")
        database = services["postgres"]["environment"]
        assert (user, place) == (database["POSTGRES_USER"], f"postgres/{database['POSTGRES_DB']}")
        assert given["METRICS_HOST"] == "0.0.0.0"
        assert each["read_only"]
        assert each["build"]["dockerfile"] == "Containerfile"
        assert given["SPOOL_DIR"].startswith(dict(stages()[-1])["VOLUME"])
    volumes = [volume for each in services.values() for volume in each.get("volumes", [])]
    for source in (volume.partition(":")[0] for volume in volumes):
        assert (PROJECT / source).exists() if source.startswith(".") else source in compose()["volumes"]


def test_every_variable_of_compose_is_in_its_example() -> None:
    used = set(re.findall(r"\$\{(\w+)", (PROJECT / "compose.yaml").read_text("utf-8")))
    lines = (PROJECT / "deploy" / "compose.env").read_text("utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert used == given.keys()
    assert not any(value for name, value in given.items() if name != "WORKERS"), "no secret has a default"


def test_prometheus_asks_every_worker() -> None:
    configuration = yaml.safe_load((PROJECT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
    [job] = configuration["scrape_configs"]
    [names] = job["dns_sd_configs"]
    assert set(names["names"]) == {f"crawl-{family}" for family in FAMILIES}
    assert names["port"] == PORT
    for rules in configuration["rule_files"]:
        assert (PROJECT / "deploy/prometheus" / Path(rules).name).is_file()


def test_kubernetes_has_a_cron_job_for_each_family() -> None:
    found = []
    for job in of_kind("CronJob"):
        [pod] = pods(job)
        [container] = pod["containers"]
        check_crawl(container["args"])
        found.append(container["args"][1])
        assert job["metadata"]["name"] == f"crawl-{found[-1]}"
        assert job["spec"]["concurrencyPolicy"] == "Forbid"
        ends = job["spec"]["jobTemplate"]["spec"]["podFailurePolicy"]["rules"][0]["onExitCodes"]
        assert ends["containerName"] == container["name"]
        assert ends["values"] == [Exit.USAGE, Exit.UNHEALTHY, Exit.STORAGE, Exit.LOCKED]
        known = {each["name"] for each in container["env"]}
        known |= {name for kind in ("ConfigMap", "Secret") for name in data_of(kind)}
        assert set(re.findall(r"\$\((\w+)\)", " ".join(container["args"]))) <= known
        assert container["livenessProbe"]["httpGet"]["path"] == "/metrics"
        assert container["ports"][0]["containerPort"] == PORT
    assert sorted(found) == sorted(FAMILIES)


def data_of(kind: str) -> dict[str, str]:
    [only] = of_kind(kind)
    return dict(only.get("data") or only["stringData"])


def test_no_secret_has_a_value_and_all_that_are_named_are_there() -> None:
    assert not any(data_of("Secret").values())
    for pod in pods(manifests()):
        for container in pod["containers"]:
            for each in container.get("env", []):
                if "secretKeyRef" in each.get("valueFrom", {}):
                    assert each["valueFrom"]["secretKeyRef"]["key"] in data_of("Secret")
        claims = {each["metadata"]["name"] for each in of_kind("PersistentVolumeClaim")}
        for volume in pod.get("volumes", []):
            assert volume.get("persistentVolumeClaim", {"claimName": "spool"})["claimName"] in claims
        mounted = {each["name"] for container in pod["containers"] for each in container["volumeMounts"]}
        assert mounted <= {each["name"] for each in pod.get("volumes", [])} | {"data"}


def test_every_pod_has_limits_and_no_rights() -> None:
    found = list(pods(manifests()))
    assert len(found) == len(FAMILIES) + 3
    for pod in found:
        assert pod["securityContext"]["runAsNonRoot"]
        assert not pod["automountServiceAccountToken"]
        for container in pod["containers"]:
            assert container["resources"]["limits"]["memory"]
            assert container["resources"]["requests"]["cpu"]
            assert not container["securityContext"]["allowPrivilegeEscalation"]
    user = re.search(r"--uid (\d+)", str(stages()[-1]))
    assert user
    ours = [pod for pod in found if pod["containers"][0]["image"] == IMAGE]
    assert {pod["securityContext"]["runAsUser"] for pod in ours} == {int(user[1])}


def test_the_ray_job_runs_a_command_of_ours_by_the_ray_of_the_image() -> None:
    [job] = of_kind("RayJob")
    words = job["spec"]["entrypoint"].split()
    assert words[:4] == ["scrapy", "reextract", "--ray", "auto"]
    assert all(hasattr(settings, name) for name in options(words))
    version = re.search(r"^ray==(\S+)", (PROJECT / "requirements.lock").read_text("utf-8"), re.M)
    assert version
    assert job["spec"]["rayClusterSpec"]["rayVersion"] == version[1]
    mounts = {each["mountPath"] for pod in pods(job) for each in pod["containers"][0]["volumeMounts"]}
    assert mounts == {options(words)["OUTPUT_DIR"]}, "all nodes see OUTPUT_DIR under one path"
