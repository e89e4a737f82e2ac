// What of ECharts is used. It is loaded by the charts alone, once one is shown.
import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use, type EChartsCoreOption, type EChartsType } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';

use([BarChart, LineChart, GridComponent, TooltipComponent, SVGRenderer]);

/** draw begins a chart in an element. */
export function draw(at: HTMLElement, option: EChartsCoreOption): EChartsType {
  const chart = init(at, null, { renderer: 'svg' });
  chart.setOption(option);
  return chart;
}
