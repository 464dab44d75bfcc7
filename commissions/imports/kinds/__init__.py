"""Every kind of file that can be imported, by its name."""

from typing import Final

from commissions.imports.kinds import clicks, links, partners, prospects, refunds, sales
from commissions.imports.running import Kind

KINDS: Final[dict[str, Kind]] = {
    kind.name: kind
    for kind in (
        partners.KIND,
        prospects.KIND,
        links.KIND,
        clicks.KIND,
        sales.KIND,
        refunds.KIND,
    )
}
