import { createApp } from 'vue';
import { createPinia } from 'pinia';
import { VueQueryPlugin } from '@tanstack/vue-query';
import App from './App.vue';
import { queries } from './api/queries';
import { router } from './router';
import { i18n, language, speak } from './words';
import './theme.css';

await speak(language());
createApp(App).use(createPinia()).use(i18n).use(VueQueryPlugin, { queryClient: queries }).use(router).mount('#app');
