package media

import (
	"net/netip"
	"testing"
)

func TestIsPublic(t *testing.T) {
	for _, a := range []string{"93.184.216.34", "8.8.8.8", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:8.8.8.8"} {
		if !isPublic(netip.AddrPortFrom(netip.MustParseAddr(a), 443)) {
			t.Errorf("%s is public", a)
		}
	}
	for _, a := range []string{
		"0.0.0.0", "0.1.2.3", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.0.1", "169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.0.0.8", "192.168.1.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
		"::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "64:ff9b::a00:1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0", "ff02::1",
		"2001::1", "2002:7f00:1::1", "2001:db8::1", "fec0::1",
	} {
		if isPublic(netip.AddrPortFrom(netip.MustParseAddr(a), 443)) {
			t.Errorf("%s is not public", a)
		}
	}
	for _, port := range []uint16{22, 3306, 6379, 8080} {
		if isPublic(netip.AddrPortFrom(netip.MustParseAddr("8.8.8.8"), port)) {
			t.Errorf("port %d is not the web's", port)
		}
	}
}
