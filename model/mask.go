package model

import (
	"net/netip"
	"strings"
)

// MaskPhone hides at least four characters of a number: 138****5678.
func MaskPhone(number string) string {
	shown := max(0, len(number)-4)
	tail := min(4, (shown+1)/2)
	head := min(3, shown-tail)
	return number[:head] + strings.Repeat("*", len(number)-head-tail) + number[len(number)-tail:]
}

// MaskName is a name of which the first character is left: 王**.
func MaskName(name string) string {
	r := []rune(name)
	if len(r) == 0 {
		return ""
	}
	return string(r[:1]) + "**"
}

// Masked is the place without what tells who receives there and where exactly.
func (p Place) Masked() Place {
	p.Name, p.Phone, p.Detail, p.Postcode = MaskName(p.Name), MaskPhone(p.Phone), "****", ""
	return p
}

// MaskAddress is the network that an IP address is in, and not whose it is: 203.0.113.0/24, 2001:db8::/48. It is
// "" for what is no address.
func MaskAddress(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	bits := 48
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		bits = 24
	}
	return netip.PrefixFrom(ip, bits).Masked().String()
}
