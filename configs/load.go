package configs

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/go-viper/mapstructure/v2"
	"github.com/knadh/koanf/parsers/yaml"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/structs"
	"github.com/knadh/koanf/v2"
)

// tag names the settings in Config.
const tag = "koanf"

// Load reads the configuration: the defaults, over them the YAML file, over it the environment (as
// os.Environ gives it), then the secrets that are kept in files. No file is "". The error lists everything
// that is wrong, one setting per line, and shows no secret.
func Load(path string, environ []string) (*Config, error) {
	all := koanf.New(".")
	if err := all.Load(structs.Provider(Default(), tag), nil); err != nil {
		return nil, err
	}
	known := schema{all.Raw()}
	if path != "" {
		if err := loadFile(all, known, path); err != nil {
			return nil, err
		}
	}
	if err := loadEnviron(all, known, environ); err != nil {
		return nil, err
	}
	c := new(Config)
	if err := decode(all, c); err != nil {
		return nil, err
	}
	if err := errors.Join(c.readFiles()...); err != nil {
		return nil, err
	}
	if err := c.validate(); err != nil {
		return nil, err
	}
	return c, nil
}

func loadFile(all *koanf.Koanf, known schema, path string) error {
	one := koanf.New(".")
	if err := one.Load(file.Provider(path), yaml.Parser()); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if err := errors.Join(known.check(one.Raw())...); err != nil {
		return fmt.Errorf("%s:\n%w", path, err)
	}
	for setting, v := range one.All() {
		if v == nil { // a name with nothing behind it is not set
			one.Delete(setting)
		}
	}
	return all.Merge(one)
}

func loadEnviron(all *koanf.Koanf, known schema, environ []string) error {
	var errs []error
	p := env.Provider(".", env.Opt{
		Prefix:      prefix,
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(name, value string) (string, any) {
			key, err := known.keyOf(name)
			if err != nil {
				errs = append(errs, err)
			}
			return key, value
		},
	})
	err := all.Load(p, nil)
	return errors.Join(append(errs, err)...)
}

// decode fills c. The decoder's own errors name the setting and carry no value.
func decode(all *koanf.Koanf, c *Config) error {
	return all.UnmarshalWithConf("", c, koanf.UnmarshalConf{
		Tag: tag,
		DecoderConfig: &mapstructure.DecoderConfig{
			DecodeHook:       mapstructure.ComposeDecodeHookFunc(toDuration, toList),
			WeaklyTypedInput: true, // the environment has only strings
			Result:           c,
		},
	})
}

// toDuration refuses bare numbers, which would be taken for nanoseconds.
func toDuration(from, to reflect.Type, v any) (any, error) {
	if to != reflect.TypeFor[time.Duration]() || from == to {
		return v, nil
	}
	if s, ok := v.(string); ok {
		if d, err := time.ParseDuration(strings.TrimSpace(s)); err == nil {
			return d, nil
		}
	}
	return nil, errors.New("write a time with its unit, such as 500ms, 15s or 2h")
}

// toList takes the lists of the environment apart.
func toList(from, to reflect.Type, v any) (any, error) {
	if from.Kind() != reflect.String || to.Kind() != reflect.Slice {
		return v, nil
	}
	list := []string{}
	for part := range strings.SplitSeq(v.(string), ",") {
		if part = strings.TrimSpace(part); part != "" {
			list = append(list, part)
		}
	}
	return list, nil
}

// readFiles reads the secrets that are kept in files of their own.
func (c *Config) readFiles() []error {
	var errs []error
	for _, f := range []struct {
		setting, path string
		set           bool
		into          func(string)
	}{
		{"database.dsn", c.Database.DSNFile, c.Database.DSN != "", func(s string) { c.Database.DSN = DSN(s) }},
		{"secrets.keyset", c.Secrets.KeysetFile, c.Secrets.Keyset != "", func(s string) { c.Secrets.Keyset = Secret(s) }},
		{"media.s3.secret_key", c.Media.S3.SecretKeyFile, c.Media.S3.SecretKey != "", func(s string) { c.Media.S3.SecretKey = Secret(s) }},
		{"session.keys", c.Session.KeysFile, len(c.Session.Keys) > 0, func(s string) { c.Session.Keys = lines([]byte(s)) }},
	} {
		if f.path == "" {
			continue
		}
		if f.set {
			errs = append(errs, fmt.Errorf("%s and %[1]s_file: both are set; keep one", f.setting))
			continue
		}
		b, err := os.ReadFile(f.path)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s_file: %w", f.setting, err))
			continue
		}
		f.into(strings.TrimSpace(string(b)))
	}
	return errs
}

// Redacted writes the configuration as YAML, for people to read: without passwords and keys.
func (c *Config) Redacted() string {
	k := koanf.New(".")
	err := k.Load(structs.Provider(*c, tag), nil)
	if err == nil {
		var b []byte
		if b, err = k.Marshal(yaml.Parser()); err == nil {
			return string(b)
		}
	}
	return "# " + err.Error() + "\n"
}
