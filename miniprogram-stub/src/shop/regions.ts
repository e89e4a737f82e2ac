import { regionData } from 'element-china-area-data';

/** A district, as a waybill names it. */
export interface Region { province_code: string; province: string; city: string; district: string }

export interface Node { value: string; label: string; children?: Node[] }

/** China's provinces, with their cities and districts. */
export const provinces = regionData as Node[];

/** Names of the middle level that say nothing: the city has the province's name, or the district's. */
const empty = /^(市辖区|县|省直辖县级行政区划|自治区直辖县级行政区划)$/;

/** The region of a province, a city and, where there are any, a district. */
export function regionOf([province, city, district]: Node[]): Region {
  const direct = empty.test(city.label);
  const municipality = direct && /市$/.test(province.label);
  return {
    province_code: province.value.slice(0, 2),
    province: province.label,
    city: municipality ? province.label : direct && district ? district.label : city.label,
    district: !district || (direct && !municipality) ? '' : district.label,
  };
}
