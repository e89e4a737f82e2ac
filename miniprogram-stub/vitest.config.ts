import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// uni-app stands behind `uni` alone, and WeChat behind the files of src/platform: the tests have their own.
export default defineConfig({
  resolve: {
    alias: [
      { find: /^@platform\/(.*)$/, replacement: `${at('test/platform')}/$1.ts` },
      { find: /^@\/(.*)$/, replacement: `${at('src')}/$1` },
    ],
  },
  test: { include: ['test/**/*.test.ts'], setupFiles: [at('test/uni.ts')], environment: 'node', isolate: true },
});
