import { fileURLToPath } from 'node:url';
import uni from '@dcloudio/vite-plugin-uni';
import { defineConfig } from 'vite';
import { own } from './build/own';
import { tappable } from './build/tappable';

const platform = process.env.UNI_PLATFORM ?? 'h5';
const src = fileURLToPath(new URL('src', import.meta.url));

// uni-app's plugin is CommonJS.
const plugin = (uni as unknown as { default?: typeof uni }).default ?? uni;

export default defineConfig({
  // Where the server has what is the same for all shops; a shop's own addresses begin with /shop/{brand}/.
  base: platform === 'h5' ? '/assets/shop/' : undefined,
  plugins: [plugin({ vueOptions: { template: { compilerOptions: { nodeTransforms: [tappable(platform)] } } } }), own()],
  resolve: {
    alias: [
      { find: /^@platform\/(.*)$/, replacement: `${src}/platform/$1.${platform}.ts` },
    ],
  },
  build: { target: platform === 'h5' ? 'es2020' : 'es2018', reportCompressedSize: false },
});
