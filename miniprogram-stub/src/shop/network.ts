import { followNetwork } from '@platform/network';
import { ref } from 'vue';

/** Whether the device has a connection. */
export const online = ref(true);

followNetwork((now) => { online.value = now; });
