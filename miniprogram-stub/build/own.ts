import type { Plugin } from 'vite';

// own takes a picture of uni-app's out of the style sheets that would be fetched from its maker: a page of ours
// asks nobody else.
export function own(): Plugin {
  return {
    name: 'own',
    enforce: 'post',
    generateBundle(_, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type !== 'asset' || !file.fileName.endsWith('.css')) continue;
        const css = String(file.source).replace(/url\(["']?https:\/\/cdn\.dcloud\.net\.cn\/[^)]*\)/g, 'none');
        if (/url\(["']?(https?:)?\/\//.test(css)) this.error(`${file.fileName} loads something from elsewhere`);
        file.source = css;
      }
    },
  };
}
