// Package simulator is a WeChat on localhost: an HTTP server that WeChat's SDKs cannot tell from the real
// one on the endpoints it serves, with faults on demand.
package simulator
