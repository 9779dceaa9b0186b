"""Charts as SVG, readable in light and dark: bars and lines. Python 3 alone."""
import html
import math

STYLE = ("<style>text{font:13px sans-serif;fill:#222}.s{font-size:11px}"
         ".a{stroke:#888;stroke-width:1}"
         "@media(prefers-color-scheme:dark){text{fill:#ddd}}</style>")
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")


def page(path, width, height, title, unit, parts):
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" '
            f'height="{height}" viewBox="0 0 {width} {height}" role="img">'
            f"<title>{html.escape(title)}</title>{STYLE}"
            f'<text x="10" y="20">{html.escape(title)}</text>'
            f'<text x="10" y="36" class="s">{html.escape(unit)}</text>')
    with open(path, "w", encoding="utf-8") as f:
        f.write(head + "".join(parts) + "</svg>\n")


def bars(path, title, unit, rows):
    """rows: [(name, number, kind)], drawn in this order; a colour per kind."""
    most = max(n for _, n, _ in rows)
    parts = []
    for i, (name, n, kind) in enumerate(rows):
        y = 52 + 26 * i
        width = max(1, 340 * n / most)
        parts.append(f'<text x="190" y="{y + 14}" text-anchor="end">'
                     f"{html.escape(name)}</text>"
                     f'<rect x="198" y="{y}" width="{width:.1f}" height="18" '
                     f'fill="{COLOURS[kind]}"/>'
                     f'<text x="{204 + width:.1f}" y="{y + 14}">{n:.1f}'
                     "</text>")
    page(path, 620, 62 + 26 * len(rows), title, unit, parts)


def line(points, i):
    """Of two that lie on each other both are seen: every other is dashed."""
    where = " ".join("%.1f,%.1f" % p for p in points)
    dashes = ' stroke-dasharray="7 5"' if i % 2 else ""
    colour = COLOURS[i % len(COLOURS)]
    return (f'<polyline fill="none" stroke="{colour}" stroke-width="2.5"'
            f'{dashes} points="{where}"/>')


def lines(path, title, unit, series):
    """series: {name: [(x, y)]}; x on a scale of powers of ten, y from 0."""
    points = [p for s in series.values() for p in s]
    low = math.log10(min(x for x, _ in points))
    high = math.log10(max(x for x, _ in points))
    top = 1.15 * max(y for _, y in points)

    def at(x, y):
        across = (math.log10(x) - low) / ((high - low) or 1)
        return 60 + 330 * across, 250 - 190 * y / top

    parts = ['<path class="a" fill="none" d="M60 60V250H400"/>']
    for x in sorted({x for x, _ in points}):
        parts.append(f'<text class="s" x="{at(x, 0)[0]:.1f}" y="266" '
                     f'text-anchor="middle">{x:,}</text>')
    for share in (0, 0.5, 1):
        y = share * top / 1.15
        parts.append(f'<text class="s" x="54" y="{at(1, y)[1] + 4:.1f}" '
                     f'text-anchor="end">{y:.0f}</text>')
    order = sorted(series, key=lambda name: -series[name][-1][1])
    for i, (name, s) in enumerate(series.items()):
        places = [at(x, y) for x, y in s]
        parts.append(line(places, i))
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" '
                  f'fill="{COLOURS[i % len(COLOURS)]}"/>' for x, y in places]
        y = 80 + 22 * order.index(name)
        parts += [line([(410, y), (440, y)], i),
                  f'<text x="450" y="{y + 4}">{html.escape(name)}</text>']
    page(path, 620, 280, title, unit, parts)
