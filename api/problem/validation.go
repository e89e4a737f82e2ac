package problem

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"regexp"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"hutong/model"
)

// AnswerForHuma makes huma answer each error with a document of this package; it is called once, before the
// first endpoint is registered, since huma keeps what it changes in package variables.
//
// It also replaces huma's sentences. Ours are a code of the model, "@" and a field below the one it names, and
// an argument's name and value: "required@quantity", "too_small min 1". So no English sentence has to be taken
// apart, and no value that somebody sent is ever in one.
func AnswerForHuma() {
	huma.NewError = func(status int, _ string, errs ...error) huma.StatusError {
		return New(context.Background(), fromHuma(status, errs))
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, _ string, errs ...error) huma.StatusError {
		p := New(ctx.Context(), fromHuma(status, errs))
		p.Headers(ctx.SetHeader)
		return p
	}
	validation.MsgUnexpectedProperty = model.ErrUnknownField.Code
	validation.MsgExpectedBoolean = wrongType("boolean")
	validation.MsgExpectedNumber = wrongType("number")
	validation.MsgExpectedInteger = wrongType("integer")
	validation.MsgExpectedString = wrongType("string")
	validation.MsgExpectedArray = wrongType("array")
	validation.MsgExpectedObject = wrongType("object")
	validation.MsgExpectedOneOf = model.ErrNotOneOf.Code + " values %s"
	validation.MsgExpectedMinimumNumber = model.ErrTooSmall.Code + " min %v"
	validation.MsgExpectedExclusiveMinimumNumber = model.ErrTooSmall.Code + " min >%v"
	validation.MsgExpectedMaximumNumber = model.ErrTooBig.Code + " max %v"
	validation.MsgExpectedExclusiveMaximumNumber = model.ErrTooBig.Code + " max <%v"
	validation.MsgExpectedMinLength = model.ErrTooShort.Code + " min %d"
	validation.MsgExpectedMaxLength = model.ErrTooLong.Code + " max %d"
	validation.MsgExpectedMinItems = model.ErrTooFew.Code + " min %d"
	validation.MsgExpectedMaxItems = model.ErrTooMany.Code + " max %d"
	validation.MsgExpectedMinProperties = model.ErrTooFew.Code + " min %d"
	validation.MsgExpectedMaxProperties = model.ErrTooMany.Code + " max %d"
	validation.MsgExpectedRequiredProperty = model.ErrRequired.Code + "@%s"
	validation.MsgExpectedDependentRequiredProperty = model.ErrRequired.Code + "@%[1]s"
}

func wrongType(name string) string { return model.ErrWrongType.Code + " type " + name }

// fixed are the sentences that huma does not let replace; and that of a text that must not be empty, and is.
var fixed = map[string]string{
	model.ErrTooShort.Code + " min 1":      model.ErrRequired.Code,
	"required path parameter is missing":   model.ErrRequired.Code,
	"required query parameter is missing":  model.ErrRequired.Code,
	"required header parameter is missing": model.ErrRequired.Code,
	"required cookie parameter is missing": model.ErrRequired.Code,
	"invalid integer":                      wrongType("integer"),
	"invalid float":                        wrongType("number"),
	"invalid boolean":                      wrongType("boolean"),
}

// inputErrors are the codes a sentence may begin with; any other sentence is model.ErrInvalid.
var inputErrors = byCode(
	model.ErrRequired, model.ErrUnknownField, model.ErrWrongType, model.ErrNotOneOf, model.ErrTooSmall, model.ErrTooBig,
	model.ErrTooShort, model.ErrTooLong, model.ErrTooFew, model.ErrTooMany, ErrMalformed,
)

func byCode(es ...*model.Error) map[string]*model.Error {
	m := make(map[string]*model.Error, len(es))
	for _, e := range es {
		m[e.Code] = e
	}
	return m
}

// fromHuma is what huma found wrong, as errors of the model. An error that a handler returned is passed on
// as it is.
func fromHuma(status int, errs []error) error {
	switch {
	case status == http.StatusRequestEntityTooLarge || isLargeForm(errs):
		return model.ErrTooLarge
	case status == http.StatusUnsupportedMediaType:
		return ErrUnsupportedMedia
	case status == http.StatusRequestTimeout:
		return ErrSlowBody
	case status == http.StatusBadRequest && len(errs) == 0:
		return model.ErrRequired.At("body")
	}
	var found model.Errs
	for _, err := range errs {
		var d *huma.ErrorDetail
		if !errors.As(err, &d) {
			return err
		}
		found = append(found, input(d))
	}
	if len(found) == 0 {
		return errors.New(http.StatusText(status))
	}
	return found
}

// isLargeForm tells whether a form could not be read because it is too large: huma says so in words alone.
func isLargeForm(errs []error) bool {
	var d *huma.ErrorDetail
	return len(errs) == 1 && errors.As(errs[0], &d) && strings.HasPrefix(d.Message, "cannot read multipart form: ") &&
		strings.HasSuffix(d.Message, model.ErrTooLarge.Error())
}

// input is one thing that huma found wrong.
func input(d *huma.ErrorDetail) *model.Error {
	said := d.Message
	if s, ok := fixed[said]; ok {
		said = s
	}
	head, argument, _ := strings.Cut(said, " ")
	code, below, _ := strings.Cut(head, "@")
	e, ok := inputErrors[code]
	if !ok {
		e, argument, below = model.ErrInvalid, "", ""
	}
	if name, value, ok := strings.Cut(argument, " "); ok {
		e = e.With(name, value)
	}
	return e.At(field(d.Location, below))
}

// namable is a field that can be named back to the caller: not one that is long, or that carries data.
var namable = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*(\[\d+\]|\.[A-Za-z_][A-Za-z0-9_-]*)*$`)

// field turns huma's location ("body.lines[2].quantity") into the caller's terms ("lines[2].quantity").
func field(location, below string) string {
	where, name, _ := strings.Cut(location, ".")
	if name != "" && below != "" {
		name += "."
	}
	name += below
	if i := strings.IndexByte(where, '['); i >= 0 && name == "" { // the body is an array
		return where
	}
	for name != "" && (len(name) > 100 || !namable.MatchString(name)) {
		i := strings.LastIndexByte(name, '.')
		name = name[:max(i, 0)]
	}
	if name == "" {
		return where
	}
	return name
}

// Decode reads JSON; its errors say what is wrong in the words of this package.
func Decode(data []byte, into any) error {
	err := json.Unmarshal(data, into)
	var t *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &t):
		return errors.New(model.ErrWrongType.Code + "@" + t.Field + " type " + typeName(t.Type))
	}
	return errors.New(ErrMalformed.Code)
}

func typeName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "boolean"
	case reflect.String:
		return "string"
	case reflect.Slice, reflect.Array:
		return "array"
	case reflect.Float32, reflect.Float64:
		return "number"
	case reflect.Struct, reflect.Map:
		return "object"
	default:
		return "integer"
	}
}
