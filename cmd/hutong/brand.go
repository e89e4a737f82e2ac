package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"

	"hutong/configs"
	"hutong/model"
	"hutong/service"
	"hutong/service/brand"
)

type brandCmd struct {
	Apply brandApply `cmd:"" help:"Make brands, or change them into what their files say."`
	List  brandList  `cmd:"" help:"List all brands."`
}

type brandApply struct {
	Files []string `arg:"" name:"file" help:"YAML files, one brand each." type:"path"`
}

// Help implements kong.HelpProvider.
func (brandApply) Help() string {
	return `Applying the same file again changes nothing. Each brand is changed as a whole or not at all.

    hutong brand apply casa-lido.yaml

with a file such as

    slug: casa-lido               # in its addresses: /v1/casa-lido
    name: {zh-CN: 丽都之家, en: Casa Lido}
    languages: [zh-CN, en]        # the first is the default
    theme: {accent: "#8C2F39"}
    wechat:
      app_id: wx0123456789abcdef
      app_secret_file: app.secret         # from the file's own folder
      mch_id: "1600000001"
      apiv3_key_file: apiv3.key
      cert_serial: 7A3F…                  # of the merchant's API certificate
      private_key_file: apiclient_key.pem
      verification: public_key            # or platform_certificate, for older merchants
      public_key_id: PUB_KEY_ID_…
      public_key_file: pub_key.pem
      push_token_file: push.token         # of the mini program's message push, for reviews with pictures
      push_key_file: push.key             # its EncodingAESKey
    freight:
      - name: standard
        default: true
        basis: piece                      # or weight, in grams
        free_from_fen: 19900
        rules: [{first: 1, first_fen: 1200, next: 1, next_fen: 200}]
    after_sale:
      answer_hours: 48                    # then what a consumer asks for is agreed
      return_place: {name: 退货仓, phone: 021-12345678, address: 上海市静安区南京西路 1 号}

Parts that are left out stay as they are. Secrets are encrypted with the keyset of the configuration.

Exit codes: 0 done, 1 failed, or a file is wrong; 2 the configuration is wrong.`
}

// Run applies the files.
func (c *brandApply) Run(ctx context.Context, p *program) error {
	specs := make([]brand.Spec, len(c.Files))
	for i, file := range c.Files {
		var err error
		if specs[i], err = brand.ReadSpec(file); err != nil {
			return err
		}
	}
	return p.withServices(ctx, func(_ *configs.Config, s *service.Services) error {
		for i, spec := range specs {
			created, err := s.Brand.Apply(ctx, spec)
			if err != nil {
				return fmt.Errorf("%s: %w", c.Files[i], explained(err))
			}
			what := "changed"
			if created {
				what = "made"
			}
			fmt.Fprintf(p.out, "%s: %s\n", spec.Slug, what)
		}
		return nil
	})
}

type brandList struct{}

// Help implements kong.HelpProvider.
func (brandList) Help() string {
	return `Exit codes: 0 done, 1 failed, 2 the configuration is wrong.`
}

// Run lists the brands.
func (brandList) Run(ctx context.Context, p *program) error {
	return p.withServices(ctx, func(_ *configs.Config, s *service.Services) error {
		all, err := s.Brand.List(ctx)
		if err != nil {
			return err
		}
		w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
		fmt.Fprintln(w, "SLUG\tSTATUS\tNAME\tLANGUAGES")
		for _, b := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", b.Slug, b.Status, b.Name.In(b.DefaultLanguage), strings.Join(b.Languages, ", "))
		}
		return w.Flush()
	})
}

// withServices runs do with the services on the database of the configuration.
func (p *program) withServices(ctx context.Context, do func(*configs.Config, *service.Services) error) error {
	c, err := p.load()
	if err != nil {
		return err
	}
	if c.Secrets.Keyset == "" {
		return usageError{errors.New("secrets.keyset: there is none to encrypt secrets with; `hutong keys new` makes one")}
	}
	log := newLog(c.Log, p.err)
	db, err := openDatabase(ctx, c, log)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := requireSchema(ctx, db); err != nil {
		return err
	}
	t, err := newTelemetry(ctx, configs.Tracing{}, log)
	if err != nil {
		return err
	}
	s, err := wire(c, db, log, t, nil, nil)
	if err != nil {
		return err
	}
	return do(c, s)
}

// explained writes the errors of an input out, one line each: which field, and what would be right.
func explained(err error) error {
	var all model.Errs
	var one *model.Error
	switch {
	case errors.As(err, &all):
	case errors.As(err, &one):
		all = model.Errs{one}
	default:
		return err
	}
	lines := make([]error, len(all))
	for i, e := range all {
		text := e.Message
		for name, value := range e.Args {
			text = strings.ReplaceAll(text, "{"+name+"}", value)
		}
		if want := e.Args["want"]; want != "" {
			text += " It wants " + want + "."
		}
		if e.Field != "" {
			text = e.Field + ": " + text
		}
		lines[i] = errors.New(text)
	}
	return errors.Join(lines...)
}
