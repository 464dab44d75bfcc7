/* Draws every <canvas data-chart="id of its JSON"> in the theme's colours, and again when they change. */
(() => {
  "use strict";
  const FALLBACK = ["affiliate", "reseller", "distribution", "influencer", "cobrand"];
  const drawn = new Map();

  const paint = () => {
    const probe = document.body.appendChild(document.createElement("i"));
    const pen = document.createElement("canvas").getContext("2d");
    const colour = (name) => {
      probe.style.color = `var(${name})`;
      pen.fillStyle = getComputedStyle(probe).color;
      return pen.fillStyle;
    };
    for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
      drawn.get(canvas)?.destroy();
      const data = JSON.parse(document.getElementById(canvas.dataset.chart).textContent);
      drawn.set(canvas, new Chart(canvas, options(data, colour)));
    }
    probe.remove();
  };

  const seriesColour = (series, index, count, colour) => {
    if (series.colour) return colour(`--${series.colour}`);
    if (count === 1 && !series.kind) return colour("--accent");
    return colour(`--k-${series.kind || FALLBACK[index % FALLBACK.length]}`);
  };

  const options = (data, colour) => {
    const count = data.series.length;
    const area = data.type === "area";
    const lying = data.type === "hbar";
    const bars = data.type === "bar" || lying;
    const surface = colour("--surface");
    const digits = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 2 });
    const short = new Intl.NumberFormat(document.documentElement.lang, { notation: "compact" });
    const datasets = data.series.map((series, index) => {
      const tone = seriesColour(series, index, count, colour);
      return {
        label: series.name,
        data: series.values,
        fill: area ? (index ? "-1" : "origin") : false,
        backgroundColor: series.below
          ? series.values.map((value) => (value < 0 ? colour(`--${series.below}`) : tone))
          : bars ? tone : `${tone}${count === 1 ? "26" : "b8"}`,
        borderColor: area && count > 1 ? surface : tone,
        borderWidth: bars ? 0 : area && count > 1 ? 1.5 : 2,
        borderRadius: bars ? 3 : 0,
        maxBarThickness: 36,
        pointRadius: 0,
        pointHoverRadius: 3,
        tension: 0.3,
      };
    });
    const font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
    const ink = colour("--ink-3");
    const strong = colour("--ink-2");
    const measure = {
      stacked: area || bars,
      beginAtZero: true,
      border: { display: false },
      grid: { color: colour("--line") },
      ticks: { maxTicksLimit: 5, padding: 6, color: ink, font, callback: (value) => short.format(value) },
    };
    const names = {
      stacked: bars,
      border: { color: colour("--line-2") },
      grid: { display: false },
      ticks: { maxRotation: 0, autoSkip: !lying, autoSkipPadding: 14, color: ink, font, crossAlign: lying ? "far" : "near" },
    };
    // what each lying bar comes to, right of it
    const ends = {
      id: "ends",
      afterDatasetsDraw: (chart) => {
        const pen = chart.ctx;
        pen.font = `500 12px ${font.family}`;
        pen.fillStyle = strong;
        pen.textBaseline = "middle";
        chart.getDatasetMeta(0).data.forEach((bar, index) => {
          const value = data.series[0].values[index];
          // one series alone is differences
          const sign = data.series.length === 1 && value > 0 ? "+" : "";
          pen.fillText(`${sign}${short.format(value)}`, Math.max(bar.x, bar.base) + 6, bar.y);
        });
      },
    };
    if (lying) {
      names.ticks.callback = (value, index) => {
        const name = String(data.labels[index]);
        return name.length > 22 ? `${name.slice(0, 21)}…` : name;
      };
    }
    return {
      type: bars ? "bar" : "line",
      data: { labels: data.labels, datasets },
      plugins: lying ? [ends] : [],
      options: {
        layout: { padding: { right: lying ? 48 : 0 } },
        indexAxis: lying ? "y" : "x",
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false, axis: lying ? "y" : "x" },
        plugins: {
          legend: { display: false },
          tooltip: {
            backgroundColor: colour("--ink"),
            titleColor: surface,
            bodyColor: surface,
            titleFont: font,
            bodyFont: font,
            itemSort: (a, b) => b.datasetIndex - a.datasetIndex,
            callbacks: {
              label: (item) => `${item.dataset.label}: ${data.unit} ${digits.format(lying ? item.parsed.x : item.parsed.y)}`.trim(),
            },
          },
        },
        scales: lying ? { x: { ...measure, stacked: false }, y: { ...names, stacked: false } } : { x: names, y: measure },
      },
    };
  };

  paint();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  document.addEventListener("htmx:load", (event) => {
    if (event.target.querySelector?.("canvas[data-chart]")) paint();
  });
})();
