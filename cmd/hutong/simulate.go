package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"go.yaml.in/yaml/v3"

	"hutong/configs"
	"hutong/wechat/simulator"
)

type simulateCmd struct {
	Listen   string   `help:"Address to answer on." default:"127.0.0.1:9580"`
	State    string   `help:"Keep merchants, users and payments in FILE; it holds private keys." placeholder:"FILE" type:"path"`
	Speed    int      `help:"Divide the delays of WeChat's retries by this." default:"1"`
	Merchant []string `help:"Slugs of the brands that get a mini program and a merchant." default:"demo" placeholder:"SLUG"`
	Mode     string   `help:"How new merchants verify WeChat's signatures: ${enum}." enum:"public_key,certificates,migrating" default:"public_key"`
	Write    string   `help:"Write the brands' files into FOLDER instead of printing them." placeholder:"FOLDER" type:"path"`
}

// Help implements kong.HelpProvider.
func (simulateCmd) Help() string {
	return `The simulator answers as WeChat does, to the real SDKs, with real signatures; nothing is really paid. It prints what its merchants' brands need, in the form that "hutong brand apply" takes:

    hutong simulate --state var/wechat.json --merchant casa-lido --write var/brands
    hutong brand apply var/brands/casa-lido.yaml

with a configuration that says

    wechat: {api_base: "http://127.0.0.1:9580", pay_base: "http://127.0.0.1:9580"}

People find the payment sheet, the messages and the faults at /phone/. Programs drive it by HTTP:

    curl -d '{"appid":"wx…","user":"mei"}' -H 'Content-Type: application/json' 127.0.0.1:9580/_sim/login-codes
    curl -X POST 127.0.0.1:9580/_sim/payments/OUT_TRADE_NO/pay

It has no authentication: keep it on the loopback or inside a test network.

Exit codes: 0 stopped, 1 failed.`
}

// Run simulates until ctx ends.
func (c *simulateCmd) Run(ctx context.Context, p *program) error {
	sim, err := simulator.New(simulator.Options{
		Speed: c.Speed, StateFile: c.State, Log: newLog(configs.Default().Log, p.err),
	})
	if err != nil {
		return err
	}
	on, err := listenOn(ctx, c.Listen)
	if err != nil {
		return err
	}
	for _, slug := range c.Merchant {
		m, err := merchantOf(sim, slug, simulator.Mode(c.Mode))
		if err == nil {
			err = c.hand(p.out, slug, m)
		}
		if err != nil {
			return errors.Join(err, on.Close())
		}
	}
	fmt.Fprintf(p.err, "WeChat is simulated at http://%s, its phone at http://%[1]s/phone/\n", on.Addr())
	return simulate(ctx, sim, on)
}

// hand prints or writes what a brand needs of its merchant.
func (c *simulateCmd) hand(out io.Writer, slug string, m simulator.Merchant) error {
	file, err := brandFile(slug, m)
	if err != nil {
		return err
	}
	if c.Write == "" {
		_, err = fmt.Fprintf(out, "---\n%s", file)
		return err
	}
	path := filepath.Join(c.Write, slug+".yaml")
	if err := os.MkdirAll(c.Write, 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(path, file, 0o600); err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, path)
	return err
}

// merchantOf is the merchant of a brand, made when the simulator does not know it from an earlier time.
func merchantOf(sim *simulator.Simulator, slug string, mode simulator.Mode) (simulator.Merchant, error) {
	for _, m := range sim.Merchants() {
		if m.Name == slug {
			return m, nil
		}
	}
	return sim.AddMerchant(simulator.Merchant{Name: slug, Mode: mode})
}

// brandFile is a file for `hutong brand apply`. It holds secrets in clear.
func brandFile(slug string, m simulator.Merchant) ([]byte, error) {
	type weChat struct {
		AppID        string `yaml:"app_id"`
		AppSecret    string `yaml:"app_secret"`
		MchID        string `yaml:"mch_id"`
		APIv3Key     string `yaml:"apiv3_key"`
		CertSerial   string `yaml:"cert_serial"`
		PrivateKey   string `yaml:"private_key"`
		Verification string `yaml:"verification"`
		PublicKeyID  string `yaml:"public_key_id,omitempty"`
		PublicKey    string `yaml:"public_key,omitempty"`
		PushToken    string `yaml:"push_token"`
		PushKey      string `yaml:"push_key"`
	}
	verification := "public_key"
	if m.Mode == simulator.ModeCertificates {
		verification = "platform_certificate"
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	err := e.Encode(struct {
		Slug      string
		Name      map[string]string
		Languages []string
		Theme     map[string]string
		WeChat    weChat `yaml:"wechat"`
	}{
		slug,
		map[string]string{"zh-CN": slug},
		[]string{"zh-CN"},
		map[string]string{"accent": "#B4232A"},
		weChat{m.AppID, m.AppSecret, m.MchID, m.APIv3Key, m.CertSerial, m.PrivateKey, verification, m.PublicKeyID, m.PublicKey, m.PushToken, m.PushKey},
	})
	return b.Bytes(), errors.Join(err, e.Close())
}

// simulate answers as WeChat and delivers its notifications until ctx ends.
func simulate(ctx context.Context, sim *simulator.Simulator, on net.Listener) error {
	s := &http.Server{Handler: sim, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: time.Minute}
	served := make(chan error, 1)
	running, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		served <- s.Serve(on)
		stop()
	}()
	err := sim.Run(running)
	err = errors.Join(err, s.Close())
	if cause := <-served; !errors.Is(cause, http.ErrServerClosed) {
		err = errors.Join(err, cause)
	}
	return err
}
