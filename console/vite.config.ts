import { fileURLToPath, URL } from 'node:url';
import vue from '@vitejs/plugin-vue';
import elementPlus from 'unplugin-element-plus/vite';
import components from 'unplugin-vue-components/vite';
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers';
import { defineConfig } from 'vite';

// HUTONG is the server that the development server asks, such as `hutong demo`.
const server = process.env.HUTONG ?? 'http://127.0.0.1:8080';

export default defineConfig({
  base: '/console/',
  plugins: [
    vue(),
    components({ dts: false, dirs: [], resolvers: [ElementPlusResolver({ importStyle: 'css' })] }),
    elementPlus({}),
  ],
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  // The console is used on desks with browsers of the last two years.
  build: {
    target: 'es2022',
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0, // the page's policy allows no data: but in pictures
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            // One file per language: a page is not worth a request for its words.
            { name: (id) => id.match(/\/src\/words\/([\w-]+)\//)?.[1].replace(/^/, 'words-') ?? null, test: /\/src\/words\/[\w-]+\// },
            { name: 'vue', test: /node_modules\/(@?vue|vue-router|pinia|vue-i18n|@intlify|@tanstack)\// },
          ],
        },
      },
    },
  },
  server: { proxy: { '/console/v1': server, '/v1': server, '/media': server, '/shop': server, '/assets/shop': server } },
  test: { environment: 'happy-dom', include: ['test/**/*.test.ts'] },
} as Parameters<typeof defineConfig>[0]);
