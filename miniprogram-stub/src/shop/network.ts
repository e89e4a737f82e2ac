import { ref } from 'vue';

/** Whether the device has a connection. */
export const online = ref(true);

uni.getNetworkType({ success: ({ networkType }) => { online.value = networkType !== 'none'; } });
uni.onNetworkStatusChange(({ isConnected }) => { online.value = isConnected; });
