"""Follow docs/deploy.md to the letter in a folder of its own: `tools/try_deploy.py [URL of an empty PostgreSQL]`.

Blocks of the page are taken as they stand; only names, ports and paths are those of the trial. Nothing is
installed or changed outside the folder and the database, which is emptied on the way and so must be empty.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import requests
import urllib3

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "deploy.md"
BLOCK = re.compile(r"^```(?:sh|ini|nginx)\n# (/\S+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
HOST = "chobacninh.example"
WAIT_S = 90
PATH_OF_PROGRAMS = (
    f"{ROOT / '.venv' / 'bin'}:{{}}:/usr/sbin"  # where nginx is, which users who are not root lack
)


class LeftOutError(Exception):
    """This machine lacks what a step needs."""


def need(*names: str) -> None:
    """Leave a step out unless all programs that it runs are there.

    Raises:
        LeftOutError: names the first that is not.
    """
    for name in names:
        if not shutil.which(name, path=PATH_OF_PROGRAMS.format(os.environ["PATH"])):
            raise LeftOutError(f"no {name}")


@dataclass(frozen=True)
class Trial:
    """A folder in which the page is followed, with the ports of its servers."""

    folder: Path
    web: int
    https: int
    http: int
    settings: str = "config.settings.production"
    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """Return what a shell has after `. ./env`, with the environment of the page activated."""
        kept = {name: os.environ[name] for name in ("HOME", "LANG", "USER") if name in os.environ}
        kept |= {"PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}", "PYTHONWARNINGS": "ignore"}
        script = "set -a; . ./env; set +a; env -0"
        said = subprocess.run(
            ["sh", "-eu", "-c", script], cwd=self.folder, env=kept, capture_output=True, check=True
        )
        found = dict(line.split("=", 1) for line in said.stdout.decode().split("\0") if line)
        return found | {"DJANGO_SETTINGS_MODULE": self.settings, "PYTHONPATH": str(ROOT)}


def blocks() -> dict[str, str]:
    """Return the files that the page shows, by path."""
    return dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def refuse_unless_empty(url: str) -> None:
    """Stop before the first step unless `url` names a PostgreSQL database with nothing in it.

    Raises:
        SystemExit: the trial would lose what is there.
    """
    if not url.startswith(("postgres://", "postgresql://")):
        sys.exit("Only an empty PostgreSQL database can be given; SQLite is tried without one.")
    relations = (
        "SELECT count(*) FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace"
        " WHERE nspname <> 'information_schema' AND nspname NOT LIKE 'pg\\_%'"
    )
    with psycopg.connect(url) as connection:
        row = connection.execute(relations).fetchone()
    if row is None or row[0]:
        sys.exit("The database is not empty, and the trial would empty it: give a new one (createdb).")


def write_env(trial: Trial) -> None:
    """Write the page's env file with the trial's values in place of the secrets and paths."""
    text = blocks()["/srv/cho/env"].replace("/srv/cho/var", str(trial.folder / "var"))
    database = trial.database or f"sqlite:///{trial.folder}/db.sqlite3"
    for name, value in {
        "SECRET_KEY": "k" * 60,
        "DATABASE_URL": database,
        "EMAIL_URL": f"file://{trial.folder}/mail",
    }.items():
        text, count = re.subn(rf"^{name}='.*?'", f"{name}='{value}'", text, flags=re.MULTILINE)
        assert count == 1, name
    (trial.folder / "env").write_text(text, encoding="utf-8")


def run(trial: Trial, *command: str) -> str:
    """Run a command of the page in the checkout; return what it says."""
    done = subprocess.run(
        command, cwd=ROOT, env=trial.environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{shlex.join(command)}: {done.stdout[-2000:]}{done.stderr[-3000:]}")
    return done.stdout


def env_reads_alike(trial: Trial) -> None:
    """The env file says the same to a shell and to systemd.

    systemd takes quoted values as they stand, and what follows them, a comment, too.
    """
    lines = (trial.folder / "env").read_text("utf-8").splitlines()
    found = [re.fullmatch(r"([A-Z_]+)='([^']*)'", line) for line in lines if line and line[0] != "#"]
    values = {line[1]: line[2] for line in found if line}
    assert len(values) == len(found) >= 9, "more than a name and a quoted value in a line"
    shell = trial.environment
    assert {name: shell[name] for name in values} == values


def release(trial: Trial) -> None:
    """The commands before each new version."""
    run(trial, "tools/release")
    run(trial, "python", "manage.py", "tick")
    run(trial, "python", "manage.py", "doctor")  # fails when something is not well


@contextmanager
def serving(command: list[str], trial: Trial, name: str) -> Iterator[None]:
    """Run a server meanwhile; its words go into a file of the folder."""
    environment = trial.environment | {"PORT": str(trial.web)}
    with (trial.folder / f"{name}.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            server.terminate()
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                raise


def wait_for(url: str) -> requests.Response:
    """Return the answer of a server that is starting, and may take a while for its first one."""
    ask, until = direct(), time.monotonic() + WAIT_S
    while True:
        try:
            return ask.get(url, timeout=10, allow_redirects=False)
        except (requests.ConnectionError, requests.Timeout):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def direct() -> requests.Session:
    """Return a client that takes no proxy and no bundle of certificates from its surroundings."""
    session = requests.Session()
    session.trust_env = False
    session.verify = False  # the trial's certificate is its own
    return session


def processes(trial: Trial) -> None:
    """`honcho start web worker`: both run, and neither takes the other down."""
    need("honcho")
    with serving(["honcho", "start", "web", "worker"], trial, "honcho"):
        answer = wait_for(f"http://127.0.0.1:{trial.web}/readyz")
        assert answer.json()["ready"] is True, answer.text
        behind_nginx(trial)


def nginx_conf(trial: Trial) -> Path:
    """Write the page's block into a whole configuration with the trial's ports and certificate."""
    text = blocks()["/etc/nginx/sites-available/cho"]
    changes = {
        "listen 443 ssl": f"listen 127.0.0.1:{trial.https} ssl",
        "listen 80": f"listen 127.0.0.1:{trial.http}",
        f"/etc/letsencrypt/live/{HOST}": str(trial.folder),
        "http://127.0.0.1:8000": f"http://127.0.0.1:{trial.web}",
        "/srv/cho/var/media/": f"{trial.folder}/var/media/",
    }
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    places = "".join(
        f"{kind}_temp_path {trial.folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = (
        f"pid {trial.folder}/nginx.pid; error_log {trial.folder}/nginx-error.log; daemon off;"
        f"user {os.environ.get('USER') or 'root'};"
        f"events {{}} http {{ include /etc/nginx/mime.types; {places}\n{text}\n}}"
    )
    conf = trial.folder / "nginx.conf"
    conf.write_text(whole, encoding="utf-8")
    return conf


def nginx_takes_it(trial: Trial) -> None:
    """`nginx -t` finds nothing wrong with the block."""
    need("nginx", "openssl")
    subject = ["-subj", f"/CN={HOST}", "-days", "2", "-nodes", "-x509", "-newkey", "rsa:2048"]
    files = ["-keyout", str(trial.folder / "privkey.pem"), "-out", str(trial.folder / "fullchain.pem")]
    subprocess.run(["openssl", "req", *subject, *files], check=True, capture_output=True)
    run(trial, nginx(), "-t", "-c", str(nginx_conf(trial)))


def nginx() -> str:
    """Return the path of nginx, which users who are not root do not find."""
    return shutil.which("nginx", path=PATH_OF_PROGRAMS.format(os.environ["PATH"])) or "nginx"


def behind_nginx(trial: Trial) -> None:
    """Through the proxy pages come compressed and without a redirect; cut pictures come from it, no paper."""
    conf = trial.folder / "nginx.conf"
    if not conf.exists():
        return
    media = trial.folder / "var" / "media"
    for folder in ("images", "documents"):
        (media / folder).mkdir(parents=True, exist_ok=True)
        (media / folder / "a.txt").write_text("a picture", encoding="utf-8")
    with serving([nginx(), "-c", str(conf)], trial, "nginx"):
        base = f"https://127.0.0.1:{trial.https}"
        wait_for(f"{base}/healthz")
        ask = direct()
        ask.headers["Host"] = HOST
        page = ask.get(f"{base}/gio-hang/", allow_redirects=False, timeout=60)
        assert (page.status_code, page.headers["Content-Encoding"]) == (200, "gzip"), page.text[:500]
        assert page.headers["Request-Id"]
        assert ask.get(f"{base}/media/images/a.txt", timeout=10).text == "a picture"
        for hidden in ("documents/a.txt", "images/../documents/a.txt", "images/%2e%2e/documents/a.txt"):
            asked = requests.Request("GET", f"{base}/media/x", headers=ask.headers).prepare()
            asked.url = f"{base}/media/{hidden}"  # as it stands: libraries tidy an address
            assert ask.send(asked, timeout=10, verify=False).status_code in {400, 404}, hidden
        bare = ask.get(f"http://127.0.0.1:{trial.http}/x", allow_redirects=False, timeout=10)
        assert (bare.status_code, bare.headers["Location"]) == (301, f"https://{HOST}/x")


def units(trial: Trial) -> None:
    """Systemd reads every unit, of this page and of operations.md."""
    need("systemd-analyze")
    folder = trial.folder / "units"
    folder.mkdir(exist_ok=True)
    operations = dict(BLOCK.findall((ROOT / "docs" / "operations.md").read_text(encoding="utf-8")))
    for path, text in (blocks() | operations).items():
        if path.startswith("/etc/systemd"):
            here = text.replace("/srv/cho", str(ROOT)).replace("User=cho\n", "")
            (folder / Path(path).name).write_text(here, encoding="utf-8")
    found = sorted(folder.glob("cho-*"))
    assert len(found) >= 4, found
    done = subprocess.run(
        ["systemd-analyze", "verify", *map(str, found)], capture_output=True, text=True, check=False
    )
    said = [line for line in done.stderr.splitlines() if "cho-" in line]
    assert not said, said


def backup(trial: Trial) -> None:
    """What tools/backup wrote, tools/restore puts back; then all is there again."""
    if trial.database:
        need_postgresql(trial.database)
    media = trial.folder / "var" / "media"
    media.mkdir(parents=True, exist_ok=True)
    (media / "b.txt").write_text("kept", encoding="utf-8")
    written = Path(run(trial, "tools/backup", str(trial.folder / "backup")).strip())
    shutil.rmtree(media)
    lose_database(trial)
    run(trial, "tools/restore", str(written))
    assert (media / "b.txt").read_text(encoding="utf-8") == "kept"
    run(trial, "python", "manage.py", "check_ledger")
    run(trial, "python", "manage.py", "doctor")


def need_postgresql(url: str) -> None:
    """Leave a step out for want of PostgreSQL's own programs; pg_dump reads no server newer than itself.

    Raises:
        LeftOutError: names what is missing or too old.
    """
    need("pg_dump", "pg_restore", "psql")
    said = subprocess.run(["pg_dump", "--version"], capture_output=True, text=True, check=True).stdout
    version = int(next(iter(re.findall(r"\d+", said)), 0))
    with psycopg.connect(url) as connection:
        server = connection.info.server_version // 10_000
    if version < server:
        raise LeftOutError(f"pg_dump {version} is older than the server, {server}")


def lose_database(trial: Trial) -> None:
    """Empty the trial's database, as a broken disk would."""
    if not trial.database:
        for file in trial.folder.glob("db.sqlite3*"):
            file.unlink()
        return
    drop = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    run(trial, "psql", "--quiet", "--dbname", trial.database, "--command", drop)


STEPS: dict[str, Callable[[Trial], None]] = {
    "env": env_reads_alike,
    "release": release,
    "nginx": nginx_takes_it,
    "processes": processes,
    "units": units,
    "backup": backup,
}


def main() -> int:
    """Follow the page; return how many steps failed."""
    urllib3.disable_warnings()
    failed = 0
    database = " ".join(sys.argv[1:])
    if database:
        refuse_unless_empty(database)
    with tempfile.TemporaryDirectory() as folder:
        trial = Trial(Path(folder), free_port(), free_port(), free_port(), database=database)
        write_env(trial)
        for name, step in STEPS.items():
            try:
                step(trial)
            except LeftOutError as lacking:
                print(f"left out {name}: {lacking}")
            except (AssertionError, RuntimeError, OSError, subprocess.SubprocessError) as error:
                failed += 1
                print(f"FAILED   {name}: {error}")
            else:
                print(f"ok       {name}")
    return failed


if __name__ == "__main__":
    sys.exit(main())
