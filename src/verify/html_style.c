/* How the page looks: on a screen by day and night, on a telephone, on
 * paper. Colours are pairs of text and ground of at least 4.5 to 1. */
#include "verify/html.h"

static const char *const rules[] = {
    ":root{color-scheme:light dark;--ground:#f4f6f9;--card:#fff;"
    "--text:#172033;--soft:#4b576a;--line:#d8dee8;--link:#174ea6;"
    "--good:#0a5a31;--good-bg:#e4f5ea;--good-line:#9fd3b3;"
    "--bad:#9a1515;--bad-bg:#fdeaea;--bad-line:#efb1b1;--open:#714300;"
    "--open-bg:#fff2d9;--open-line:#ecc97f;--none:#4b576a;--none-bg:#edf0f5;"
    "--none-line:#d0d7e2}",
    "@media(prefers-color-scheme:dark){",
    ":root{--ground:#10141b;--card:#191f2a;--text:#e9edf4;--soft:#b0bac9;"
    "--line:#333d4e;--link:#a8c7fa;--good:#93e2b4;"
    "--good-bg:#10301e;--good-line:#2b6a45;--bad:#ffb9b9;--bad-bg:#421919;"
    "--bad-line:#8a3a3a;--open:#ffd78f;--open-bg:#3a2a09;--open-line:#7d6020;"
    "--none:#bcc6d4;--none-bg:#252d3a;--none-line:#3c4759}",
    "}",
    "*{box-sizing:border-box}",
    "html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}",
    "@media(prefers-reduced-motion:reduce){",
    "html{scroll-behavior:auto}",
    "}",
    "body{margin:0;background:var(--ground);color:var(--text);"
    "font:1rem/1.55 system-ui,-apple-system,'Segoe UI',Roboto,'Noto "
    "Sans',Ubuntu,Cantarell,'Helvetica Neue',sans-serif}",
    "header,main,footer{max-width:62rem;margin:0 auto;padding:0 1.25rem}",
    "header{padding-top:2.25rem}",
    "h1,h2,h3,p,ul,ol,dl{margin:0}",
    "h1{font-size:clamp(1.6rem,1.2rem + 2vw,2.4rem);line-height:1.2;"
    "letter-spacing:-.015em;overflow-wrap:anywhere}",
    "h2{font-size:1.45rem;line-height:1.25;letter-spacing:-.01em;"
    "margin:3rem 0 .35rem}",
    "h3{font-size:1.06rem;line-height:1.35}",
    "a{color:var(--link);text-underline-offset:.15em}",
    ":focus-visible{outline:3px solid var(--link);outline-offset:2px;"
    "border-radius:4px}",
    ".skip{position:absolute;left:-99rem}",
    ".skip:focus{left:1rem;top:1rem;background:var(--card);"
    "padding:.6rem 1rem}",
    ".kicker{color:var(--soft);font-size:.8rem;font-weight:650;"
    "letter-spacing:.09em;text-transform:uppercase;margin-bottom:.4rem}",
    ".soft{color:var(--soft)}",
    ".intro{color:var(--soft);max-width:44rem;margin-bottom:1rem}",
    ".hidden{position:absolute;width:1px;height:1px;overflow:hidden;"
    "clip-path:inset(50%);white-space:nowrap}",
    ".card{background:var(--card);border:1px solid var(--line);"
    "border-radius:14px;padding:1.15rem 1.25rem}",
    ".good{--c:var(--good);--b:var(--good-bg);--l:var(--good-line)}",
    ".bad{--c:var(--bad);--b:var(--bad-bg);--l:var(--bad-line)}",
    ".open{--c:var(--open);--b:var(--open-bg);--l:var(--open-line)}",
    ".none{--c:var(--none);--b:var(--none-bg);--l:var(--none-line)}",
    ".verdict{background:var(--b);border:1px solid var(--l);color:var(--c);"
    "border-radius:18px;padding:1.6rem;margin-top:1.6rem;display:flex;"
    "gap:1.25rem;align-items:flex-start}",
    ".verdict h2{margin:0 0 .3rem;"
    "font-size:clamp(1.5rem,1.1rem + 2vw,2.1rem)}",
    ".verdict p{font-size:1.08rem;color:var(--text);max-width:46rem}",
    ".verdict .word{display:inline-block;font-size:.8rem;font-weight:700;"
    "letter-spacing:.09em;text-transform:uppercase;color:var(--c);"
    "margin-bottom:.25rem}",
    ".verdict svg{flex:none;width:3.5rem;height:3.5rem}",
    ".two{display:grid;gap:1rem;margin-top:1rem;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,19rem),1fr))}",
    ".two ul{padding-left:1.15rem;margin-top:.5rem}",
    ".two li{margin:.45rem 0}",
    ".tiles{display:grid;gap:.75rem;margin-top:1rem;"
    "grid-template-columns:repeat(auto-fit,minmax(min(100%,8.6rem),1fr))}",
    ".tiles>div{background:var(--card);border:1px solid var(--line);"
    "border-radius:14px;padding:.85rem 1rem;display:flex;"
    "flex-direction:column-reverse;justify-content:flex-end}",
    ".tiles dt{color:var(--soft);font-size:.88rem;line-height:1.35}",
    ".tiles dd{margin:0;font-size:1.7rem;font-weight:650;line-height:1.2;"
    "font-variant-numeric:tabular-nums}",
    ".contests{columns:24rem;column-gap:1rem}",
    ".contests>.card{break-inside:avoid;margin-bottom:1rem}",
    ".note{background:var(--b);color:var(--c);border:1px solid var(--l);"
    "border-radius:10px;padding:.6rem .9rem;margin-bottom:1rem;"
    "font-weight:600}",
    "table{border-collapse:collapse;width:100%}",
    "th,td{text-align:left;vertical-align:top;font-weight:400}",
    ".tally caption{text-align:left;font-weight:650;font-size:1.06rem;"
    "line-height:1.35;padding-bottom:.5rem;overflow-wrap:anywhere}",
    ".tally th[scope=row]{padding:.35rem .75rem .35rem 0;"
    "overflow-wrap:anywhere;width:99%}",
    ".tally td{padding:.35rem 0;text-align:right;white-space:nowrap;"
    "font-variant-numeric:tabular-nums;font-weight:600}",
    ".tally i{color:var(--soft)}",
    ".bar{display:block;height:.4rem;border-radius:.2rem;margin-top:.25rem;"
    "background:var(--line)}",
    ".bar b{display:block;height:100%;border-radius:.2rem;min-width:2px;"
    "background:var(--link)}",
    ".sum{display:flex;flex-wrap:wrap;gap:.5rem;margin:.25rem 0 1rem;"
    "padding:0;list-style:none}",
    ".chip{display:inline-flex;align-items:center;gap:.35rem;color:var(--c);"
    "background:var(--b);border:1px solid var(--l);border-radius:99px;"
    "padding:.1rem .6rem;font-size:.86rem;font-weight:650;white-space:nowrap}",
    ".sum .chip{padding:.25rem .85rem;font-size:.95rem}",
    ".group{margin-top:1rem;padding-bottom:.4rem}",
    ".group>p{color:var(--soft);margin:.2rem 0 .6rem;max-width:46rem}",
    ".group h3 small{color:var(--soft);font-weight:500;font-size:.82rem;"
    "margin-left:.5rem;white-space:nowrap}",
    ".checks thead th{color:var(--soft);font-size:.8rem;font-weight:600;"
    "padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--line)}",
    ".checks tbody tr+tr>*{border-top:1px solid var(--line)}",
    ".checks th[scope=row],.checks td{padding:.55rem .75rem .55rem 0}",
    ".checks td:last-child,.checks th:last-child{padding-right:0}",
    ".checks td:nth-child(2){width:11rem;color:var(--soft);font-size:.92rem}",
    ".checks td:nth-child(3){width:6.6rem}",
    ".id{display:inline-block;min-width:3.1rem;font-weight:700;"
    "font-variant-numeric:tabular-nums}",
    ".eq{display:block;color:var(--soft);font-size:.88rem;"
    "font-family:'STIX Two Text',Cambria,'Noto Serif',Georgia,serif;"
    "overflow-wrap:anywhere}",
    ".checks .eq{margin-left:3.4rem}",
    "sub,sup{line-height:0;font-size:.72em}",
    ".fault{border-left:5px solid var(--bad);margin-top:.9rem}",
    ".fault h3 .id{color:var(--bad)}",
    ".fault ol{margin:.6rem 0 0;padding-left:1.3rem}",
    ".fault li{margin:.35rem 0;overflow-wrap:anywhere}",
    ".fault .eq{margin-top:.2rem}",
    ".tally .own .bar b{background:var(--soft)}",
    ".contests h3,.fault h3{margin-bottom:.3rem}",
    ".intro,.verdict p,.two li{text-wrap:pretty}",
    "code{font:.92em ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans "
    "Mono',monospace;"
    "overflow-wrap:anywhere}",
    ".facts{display:grid;grid-template-columns:minmax(9rem,auto) 1fr;"
    "gap:.55rem 1.25rem}",
    ".facts dt{color:var(--soft)}",
    ".facts dd{margin:0;overflow-wrap:anywhere}",
    "footer{color:var(--soft);font-size:.92rem;margin-top:2.5rem;"
    "padding-bottom:3rem}",
    "footer p+p{margin-top:.5rem}",
    "@media(max-width:40rem){",
    ".verdict{flex-direction:column;padding:1.25rem;gap:.75rem}",
    ".card{padding:1rem}",
    "header,main,footer{padding-left:1rem;padding-right:1rem}",
    ".checks td:nth-child(2){width:5.2rem;font-size:.84rem}",
    ".checks td:nth-child(3){width:4.9rem}",
    ".chip{padding:.1rem .45rem;font-size:.78rem}",
    ".checks th[scope=row],.checks td{padding-right:.5rem}",
    ".checks .eq{margin-left:0}",
    ".id{min-width:0;margin-right:.4rem}",
    ".facts{grid-template-columns:1fr;gap:.1rem}",
    ".facts dd{margin-bottom:.6rem}",
    ".group h3 small{display:block;margin:0}",
    "}",
    "@media print{",
    ":root{--ground:#fff;--card:#fff;--text:#000;--soft:#333;--line:#bbb;"
    "--link:#000;--good:#063;--bad:#900;--open:#630;--none:#333;"
    "--good-bg:#fff;--bad-bg:#fff;--open-bg:#fff;--none-bg:#fff}",
    "body{font-size:10.5pt}",
    "header,main,footer{max-width:none;padding:0}",
    ".skip{display:none}",
    ".card,.verdict,.tiles>div,.fault,tr{break-inside:avoid}",
    "h2,h3,caption{break-after:avoid}",
    ".bar b{print-color-adjust:exact;-webkit-print-color-adjust:exact}",
    "}",
};

void evd_html_style(evd_buf *out) {
  for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
    evd_buf_text(out, rules[i]);
}
