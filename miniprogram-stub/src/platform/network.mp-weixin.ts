/** Tells whether there is a connection, now and whenever that changes. */
export function followNetwork(tell: (online: boolean) => void) {
  wx.getNetworkType({ success: ({ networkType }) => tell(networkType !== 'none') });
  wx.onNetworkStatusChange(({ isConnected }) => tell(isConnected));
}
