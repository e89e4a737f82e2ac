import type { components } from '@/api/schema';

type Product = components['schemas']['CatalogueDetail'];
export type SKU = components['schemas']['CatalogueSKU'];

/** For each option the index of the chosen value, or -1. */
export type Choice = number[];

const fits = (sku: SKU, choice: Choice) => choice.every((value, option) => value < 0 || sku.choice[option] === value);

/** The choice to begin with: all there is when there is one SKU that can be bought, else nothing. */
export function firstChoice({ options, skus }: Pick<Product, 'options' | 'skus'>): Choice {
  const buyable = skus.filter((s) => s.available > 0);
  return buyable.length === 1 ? [...buyable[0].choice] : options.map((o) => (o.values.length === 1 ? 0 : -1));
}

/** Whether a value of an option can be bought together with the rest of the choice. */
export function possible(skus: SKU[], choice: Choice, option: number, value: number) {
  const wanted = choice.map((v, i) => (i === option ? value : v));
  return skus.some((s) => s.available > 0 && fits(s, wanted));
}

/** The SKU of a complete choice. */
export function chosen(skus: SKU[], choice: Choice) {
  return choice.includes(-1) ? undefined : skus.find((s) => fits(s, choice));
}

/** The SKU whose picture and price are shown meanwhile. */
export function shown(skus: SKU[], choice: Choice) {
  return skus.find((s) => s.available > 0 && fits(s, choice)) ?? skus.find((s) => fits(s, choice)) ?? skus[0];
}

/** choose takes a value, or takes it back. */
export function choose(choice: Choice, option: number, value: number): Choice {
  return choice.map((v, i) => (i !== option ? v : v === value ? -1 : value));
}
