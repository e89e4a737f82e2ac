package endpoint

import (
	"mime"
	"net/http"
	"net/url"
	"strings"

	"hutong/model"
)

// UploadHeader must be on a form with files that comes with a session's cookie. A page of another site can send a form,
// and cannot send this header.
const UploadHeader = "X-Hutong-Upload"

// refuseOtherSites keeps pages of other sites from having something done by whoever is signed in here, who knows
// nothing of it. A browser says where a request that changes something comes from: in Sec-Fetch-Site, or, where that is
// old or we are not on HTTPS, in Origin. What a page of another site can send without being asked first, a form, is
// refused for its type as well. SameSite=Strict is a third fence. strict refuses who says nothing, which is no browser:
// without a cookie, so what.
//
// Errors: model.ErrCSRF.
func refuseOtherSites(r *http.Request, baseURL string, strict bool) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	origin := r.Header.Get("Origin")
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
	case "":
		if (strict || origin != "") && !ourOrigin(r, baseURL, origin) {
			return model.ErrCSRF
		}
	default:
		return model.ErrCSRF
	}
	if strict && !ourType(r) {
		return model.ErrCSRF
	}
	return nil
}

// ourOrigin tells whether a page of ours sends a request: one of our public address, or of the host that the request
// itself is for, since a demonstration is visited by several names.
func ourOrigin(r *http.Request, baseURL, origin string) bool {
	from, err := url.Parse(origin)
	if err != nil || from.Host == "" || from.Scheme != "http" && from.Scheme != "https" {
		return false
	}
	if ours, err := url.Parse(baseURL); err == nil && ours.Host != "" {
		if strings.EqualFold(ours.Host, from.Host) {
			return ours.Scheme == from.Scheme
		}
		if ours.Scheme == "https" { // an installation has this one address
			return false
		}
	}
	return strings.EqualFold(from.Host, r.Host)
}

// ourType tells whether a request's body is none, JSON, or a form of ours with files.
func ourType(r *http.Request) bool {
	if r.ContentLength == 0 && r.Header.Get("Content-Type") == "" {
		return true
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil:
		return false
	case kind == "multipart/form-data":
		return r.Header.Get(UploadHeader) != ""
	}
	return kind == "application/json" || strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json")
}
