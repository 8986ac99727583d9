// Draws every [data-chart] with ECharts as SVG, in the theme's colours; again after a swap, a change of theme or of size,
// and in light colours for paper. The figures are text in roubles; the same figures stand in the table beside the chart.
"use strict";
{
  const MINUS = "−";
  const roubles = new Intl.NumberFormat("ru-RU", { style: "currency", currency: "RUB" });
  const short = new Intl.NumberFormat("ru-RU", { maximumFractionDigits: 1 });
  const FONT = '"Inter Variable", system-ui, sans-serif';
  const drawn = new Map();

  const toMinus = (text) => text.replace("-", MINUS);
  const asMoney = (value) => (value === null || value === undefined ? "–" : toMinus(roubles.format(value)));

  function scaleOf(largest, units) {
    const thousands = largest >= 1e6 ? 2 : largest >= 1e3 ? 1 : 0;
    return { divisor: 1000 ** thousands, unit: units[thousands] };
  }

  function palette(element) {
    const style = getComputedStyle(element);
    const read = (name) => style.getPropertyValue(name).trim();
    return {
      ink: read("--z-ink"),
      ink2: read("--z-ink-2"),
      line: read("--z-line"),
      line2: read("--z-line-2"),
      paper: read("--z-raised"),
      main: read("--z-accent-ink"),
      bar: read("--z-bar"),
      second: read("--z-series-second"),
      faint: read("--z-series-faint"),
    };
  }

  const numbers = (values) => values.map((value) => (value === null ? null : Number(value)));
  const escaped = (text) => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

  function tooltip(data, colours, trigger) {
    return {
      trigger,
      confine: true,
      transitionDuration: 0,
      backgroundColor: colours.paper,
      borderColor: colours.line,
      padding: [5, 9],
      textStyle: { color: colours.ink, fontSize: 12, fontFamily: FONT },
      axisPointer: { lineStyle: { color: colours.ink2 }, shadowStyle: { opacity: 0.12 } },
      formatter: (given) => {
        const points = Array.isArray(given) ? given : [given];
        const lines = points.map((point) => `${point.marker}${escaped(point.seriesName)}: <b>${asMoney(point.value)}</b>`);
        return [escaped(data.titles[points[0].dataIndex]), ...lines].join("<br>");
      },
    };
  }

  function axes(data, colours) {
    const largest = Math.max(0, ...data.series.flatMap((series) => numbers(series.values)).map(Math.abs));
    const { divisor, unit } = scaleOf(largest, data.units);
    const label = { color: colours.ink2, fontSize: 11, fontFamily: FONT };
    return {
      xAxis: {
        type: "category",
        data: data.labels,
        boundaryGap: data.kind === "columns",
        axisLine: { lineStyle: { color: colours.line } },
        axisTick: { show: false },
        axisLabel: { ...label, hideOverlap: true, showMaxLabel: true },
      },
      yAxis: {
        type: "value",
        name: unit,
        nameGap: 5,
        nameTextStyle: { ...label, align: "right" },
        splitNumber: 3,
        splitLine: { lineStyle: { color: colours.line2 } },
        axisLabel: { ...label, formatter: (value) => toMinus(short.format(value / divisor)) },
      },
    };
  }

  function lastIndex(values) {
    let last = values.length - 1;
    while (last >= 0 && values[last] === null) last -= 1;
    return last;
  }

  function line(series, colours) {
    const values = numbers(series.values);
    const last = lastIndex(values);
    const colour = colours[series.tone];
    const isFaint = series.tone === "faint";
    return {
      type: "line",
      name: series.name,
      data: values,
      symbol: "circle",
      showSymbol: true,
      symbolSize: (value, point) => (!isFaint && point.dataIndex === last ? 6 : 0),
      itemStyle: { color: colour },
      lineStyle: { color: colour, width: series.tone === "main" ? 2.5 : 1.5, type: series.tone === "second" ? [5, 3] : "solid" },
      emphasis: { disabled: true },
    };
  }

  function legend(colours) {
    return { top: 0, right: 4, itemWidth: 12, itemHeight: 7, itemGap: 8, textStyle: { color: colours.ink2, fontSize: 11, fontFamily: FONT } };
  }

  const base = { animation: false, textStyle: { fontFamily: FONT } };

  const options = {
    line: (data, colours) => ({
      ...base,
      ...axes(data, colours),
      grid: { left: 34, right: 12, top: 30, bottom: 20 },
      legend: legend(colours),
      tooltip: tooltip(data, colours, "axis"),
      series: data.series.map((series) => line(series, colours)),
    }),
    columns: (data, colours) => ({
      ...base,
      ...axes(data, colours),
      grid: { left: 34, right: 6, top: 30, bottom: 20 },
      legend: legend(colours),
      tooltip: tooltip(data, colours, "axis"),
      series: data.series.map((series) => ({
        type: "bar",
        name: series.name,
        data: numbers(series.values),
        itemStyle: { color: series.tone === "main" ? colours.bar : colours[series.tone] },
        barGap: "10%",
        emphasis: { disabled: true },
      })),
    }),
    bars: (data, colours) => ({
      ...base,
      grid: { left: 106, right: 88, top: 2, bottom: 2 },
      tooltip: tooltip(data, colours, "item"),
      xAxis: { type: "value", show: false },
      yAxis: {
        type: "category",
        inverse: true,
        data: data.labels,
        axisLine: { show: false },
        axisTick: { show: false },
        axisLabel: { color: colours.ink, fontSize: 12, fontFamily: FONT, align: "left", margin: 104 },
      },
      series: data.series.map((series) => ({
        type: "bar",
        name: series.name,
        data: numbers(series.values),
        barWidth: 12,
        itemStyle: { color: colours.bar, borderRadius: 2 },
        emphasis: { disabled: true },
        label: { show: true, position: "right", color: colours.ink, fontSize: 12, fontFamily: FONT, formatter: ({ value }) => whole(value) },
      })),
    }),
  };

  const wholeRoubles = new Intl.NumberFormat("ru-RU", { style: "currency", currency: "RUB", maximumFractionDigits: 0 });
  const whole = (value) => toMinus(wholeRoubles.format(value));

  function draw(element) {
    const data = JSON.parse(element.dataset.chart);
    const chart = drawn.get(element) || window.echarts.init(element, null, { renderer: "svg" });
    drawn.set(element, chart);
    chart.setOption(options[data.kind](data, palette(element)), true);
  }

  function forgetGone() {
    [...drawn.keys()].filter((element) => !element.isConnected).forEach((element) => {
      drawn.get(element).dispose();
      drawn.delete(element);
      sizes.unobserve(element);
    });
  }

  const sizes = new ResizeObserver((entries) => entries.forEach(({ target }) => drawn.get(target)?.resize()));

  function drawNew() {
    forgetGone();
    document.querySelectorAll("[data-chart]").forEach((element) => {
      if (drawn.has(element)) return;
      draw(element);
      sizes.observe(element);
    });
  }

  const redraw = () => drawn.forEach((_chart, element) => draw(element));

  // Paper is white whatever the screen is, and says what the figures mean.
  let screenTheme = "";
  let wasOpen = false;
  const definitions = () => document.querySelector(".z-definitions");
  window.addEventListener("beforeprint", () => {
    screenTheme = document.documentElement.dataset.bsTheme;
    document.documentElement.dataset.bsTheme = "light";
    wasOpen = definitions().open;
    definitions().open = true;
    redraw();
  });
  window.addEventListener("afterprint", () => {
    document.documentElement.dataset.bsTheme = screenTheme;
    definitions().open = wasOpen;
    redraw();
  });

  // A redrawn overview stays where it was scrolled to, inside its tiles too, with what was opened still open.
  const kept = (root) => [...root.querySelectorAll(".z-overview-grid, .z-load-scroll, .z-doctors-scroll")];
  let before = null;
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.target.id !== "overview") return;
    before = {
      scrolls: kept(detail.target).map((element) => element.scrollTop),
      opened: [...detail.target.querySelectorAll("details")].map((element) => element.open),
    };
  });
  document.addEventListener("htmx:afterSettle", () => {
    drawNew();
    const root = document.getElementById("overview");
    if (!before || !root) return;
    root.querySelectorAll("details").forEach((element, place) => (element.open = before.opened[place] || false));
    kept(root).forEach((element, place) => (element.scrollTop = before.scrolls[place] || 0));
    before = null;
  });
  document.addEventListener("zubr:theme", redraw);

  drawNew();
}
