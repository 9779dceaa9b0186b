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
    """rows: [(name, number)], drawn in this order."""
    most = max(n for _, n in rows)
    parts = []
    for i, (name, n) in enumerate(rows):
        y = 52 + 26 * i
        width = max(1, 340 * n / most)
        parts.append(f'<text x="190" y="{y + 14}" text-anchor="end">'
                     f"{html.escape(name)}</text>"
                     f'<rect x="198" y="{y}" width="{width:.1f}" height="18" '
                     f'fill="{COLOURS[0]}"/>'
                     f'<text x="{204 + width:.1f}" y="{y + 14}">{n:.1f}'
                     "</text>")
    page(path, 620, 62 + 26 * len(rows), title, unit, parts)


def lines(path, title, unit, series):
    """series: {name: [(x, y)]}; x on a scale of powers of ten, y from 0."""
    points = [p for line in series.values() for p in line]
    low = math.log10(min(x for x, _ in points))
    high = math.log10(max(x for x, _ in points))
    top = 1.15 * max(y for _, y in points)

    def at(x, y):
        across = (math.log10(x) - low) / ((high - low) or 1)
        return 60 + 330 * across, 250 - 190 * y / top

    parts = ['<path class="a" fill="none" d="M60 60V250H400"/>']
    for x in sorted({x for x, _ in points}):
        parts.append(f'<text class="s" x="{at(x, 0)[0]:.1f}" y="266" '
                     f'text-anchor="middle">{x}</text>')
    for share in (0, 0.5, 1):
        y = share * top / 1.15
        parts.append(f'<text class="s" x="54" y="{at(1, y)[1] + 4:.1f}" '
                     f'text-anchor="end">{y:.0f}</text>')
    for i, (name, line) in enumerate(series.items()):
        colour = COLOURS[i % len(COLOURS)]
        path_ = " ".join("%.1f,%.1f" % at(x, y) for x, y in line)
        parts.append(f'<polyline fill="none" stroke="{colour}" '
                     f'stroke-width="2" points="{path_}"/>')
        parts += [f'<circle cx="{at(x, y)[0]:.1f}" cy="{at(x, y)[1]:.1f}" '
                  f'r="3" fill="{colour}"/>' for x, y in line]
        parts.append(f'<text x="420" y="{80 + 22 * i}" '
                     f'style="fill:{colour}">{html.escape(name)}</text>')
    page(path, 620, 280, title, unit, parts)
