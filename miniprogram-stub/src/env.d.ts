declare module '*.vue' {
  import type { DefineComponent } from 'vue';

  const component: DefineComponent<object, object, unknown>;
  export default component;
}

interface ImportMetaEnv {
  /** Where the server is, for WeChat: https://shop.example.com */
  readonly VITE_SERVER?: string;
  /** The shop, by the name in its addresses, for WeChat. */
  readonly VITE_BRAND?: string;
}

/** What uni-app keeps of pages.json, on H5. */
declare const __uniConfig: { router: { routerBase: string } };
