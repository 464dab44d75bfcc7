"""Nobody reads clicks to count them: whatever shows or pays a number reads the sums of days."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = (
    "prm", "sellers", "activity", "ledger", "partners", "campaigns", "tracking", "commissions",
    "payouts", "portal",
)  # fmt: skip
# Who stores clicks and counts them anew; and who fetches single ones, named by their key.
MAY = ("tracking/models/", "tracking/spool/", "tracking/shipping/", "tracking/migrations/",
       "tracking/evidence.py")  # fmt: skip
TABLE = "tracking_click"


def names_clicks(source: str) -> bool:
    """Whether a module refers to the model or to its table."""
    return any(_is_click(node) for node in ast.walk(ast.parse(source)))


def _is_click(node: ast.AST) -> bool:
    if isinstance(node, ast.ImportFrom):
        from_models = (node.module or "").startswith("tracking.models")
        return from_models and any(one.name in {"Click", "*"} for one in node.names)
    if isinstance(node, ast.Attribute):
        return node.attr == "Click"
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        words = node.value.replace(".", " ").replace('"', " ").replace("(", " ").split()
        return TABLE in words or "tracking.Click" in node.value
    return False


def readers(root: Path) -> Iterator[str]:
    """Modules of the product that refer to clicks and may not."""
    for app in APPS:
        for path in sorted((root / app).rglob("*.py")):
            name = str(path.relative_to(root))
            if not name.startswith(MAY) and names_clicks(path.read_text()):
                yield name


def test_only_those_who_store_clicks_refer_to_them() -> None:
    assert list(readers(ROOT)) == []


def test_the_guard_bites(tmp_path: Path) -> None:
    modules = {
        "portal/import.py": "from tracking.models import Click, Link\n",
        "portal/deep.py": "from tracking.models.clicks import Click as Visit\n",
        "portal/attribute.py": "from tracking import models\nprint(models.Click.objects.count())\n",
        "commissions/sql.py": 'SQL = "SELECT count(*) FROM tracking_click c WHERE true"\n',
        "commissions/joined.py": 'SQL = f"SELECT {1} FROM public.tracking_click"\n',
        "tracking/lazy.py": 'model = apps.get_model("tracking.Click")\n',
        "tracking/shipping/store.py": "from tracking.models import Click\n",
        "portal/fine.py": 'from tracking.models import LinkDay\nWORDS = "Click here"\n',
        "portal/triggers.py": 'NAME = "tracking_click_day"\n',
    }
    for name, text in modules.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    assert set(readers(tmp_path)) == {
        "portal/import.py", "portal/deep.py", "portal/attribute.py", "commissions/sql.py",
        "commissions/joined.py", "tracking/lazy.py",
    }  # fmt: skip
