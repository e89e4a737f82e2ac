package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"hutong/model"
)

// ErrAddress is an address that is not fetched from: not http or https, with a name and password, or not
// on the public internet.
var ErrAddress = errors.New("pictures are not fetched from this address")

// Fetch brings a picture from the web into the store. The address may have been written by anybody, so the
// connection is refused unless it leads to the public internet, whatever a name resolves to and wherever a
// redirection points. At most Parallel fetches run at once; others wait. Errors: ErrAddress, ErrNotAPicture,
// model.ErrTooLarge; others say why the address could not be read.
func (s *Store) Fetch(ctx context.Context, address string) (model.Picture, error) {
	u, err := url.Parse(address)
	if err != nil || !mayFetch(u) {
		return model.Picture{}, ErrAddress
	}
	select {
	case s.fetching <- struct{}{}:
		defer func() { <-s.fetching }()
	case <-ctx.Done():
		return model.Picture{}, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	content, err := s.get(ctx, u)
	if err != nil {
		return model.Picture{}, err
	}
	return s.Put(ctx, content)
}

func (s *Store) get(ctx context.Context, u *url.URL) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, ErrAddress
	}
	r.Header.Set("Accept", "image/webp, image/jpeg, image/png, image/gif")
	r.Header.Set("User-Agent", "Hutong")
	answer, err := s.client.Do(r)
	var whole *url.Error
	if errors.As(err, &whole) {
		return nil, whole.Err // without the address, which the caller knows
	}
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answered %s", answer.Status)
	}
	tooLarge := fmt.Errorf("the picture has more than %d MB: %w", MaxBytes>>20, model.ErrTooLarge)
	if answer.ContentLength > MaxBytes {
		return nil, tooLarge
	}
	content, err := io.ReadAll(io.LimitReader(answer.Body, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if len(content) > MaxBytes {
		return nil, tooLarge
	}
	return content, nil
}

// mayFetch looks at what an address says; isPublic looks at where it leads.
func mayFetch(u *url.URL) bool {
	return (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && u.User == nil
}

// newClient makes a client that checks each connection when its address is known, after names have been
// resolved, so that no name can lead elsewhere the second time. It uses no proxy.
func newClient(allow func(netip.AddrPort) bool, parallel int) *http.Client {
	dialer := &net.Dialer{
		Timeout: 5 * time.Second,
		Control: func(_, address string, _ syscall.RawConn) error {
			at, err := netip.ParseAddrPort(address)
			if err != nil || !allow(at) {
				return ErrAddress
			}
			return nil
		},
	}
	return &http.Client{
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    parallel,
			MaxResponseHeaderBytes: 64 << 10,
			IdleConnTimeout:        10 * time.Second,
			TLSHandshakeTimeout:    5 * time.Second,
			ResponseHeaderTimeout:  10 * time.Second,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > 3 || !mayFetch(r.URL) {
				return ErrAddress
			}
			return nil
		},
	}
}

// notPublic are the ranges that netip does not know as private, from the IANA registries of special-purpose
// addresses.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("100.64.0.0/10"),   // behind a provider's NAT; clouds keep their metadata there
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, broadcast
	netip.MustParsePrefix("::/96"),           // IPv4-compatible
	netip.MustParsePrefix("64:ff9b::/96"),    // NAT64: an IPv4 address inside
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("100::/64"),      // discard
	netip.MustParsePrefix("2001::/23"),     // protocol assignments, Teredo
	netip.MustParsePrefix("2001:db8::/32"), // documentation
	netip.MustParsePrefix("2002::/16"),     // 6to4: an IPv4 address inside
	netip.MustParsePrefix("fec0::/10"),     // site-local
}

// isPublic tells whether an address is a web server's on the public internet.
func isPublic(at netip.AddrPort) bool {
	if at.Port() != 80 && at.Port() != 443 {
		return false
	}
	a := at.Addr().Unmap().WithZone("")
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() {
		return false
	}
	for _, p := range notPublic {
		if p.Contains(a) {
			return false
		}
	}
	return true
}
