"""How the expectations of this package read in Data Docs: one sentence, for both renderers of Great Expectations."""

from typing import Any, ClassVar, Final

from great_expectations.render import LegacyRendererType, RenderedStringTemplateContent
from great_expectations.render.renderer.renderer import renderer
from great_expectations.render.renderer_configuration import RendererConfiguration, RendererValueType
from great_expectations.render.util import num_to_str

_TYPES: Final = {"minimum": RendererValueType.NUMBER, "hours": RendererValueType.NUMBER}


class Rendered:
    """Renders an expectation by its sentence ``says``, in which ``$name`` is an argument."""

    says: ClassVar[str]
    args_keys: ClassVar[tuple[str, ...]]

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: RendererConfiguration) -> RendererConfiguration:
        for name in cls.args_keys:
            renderer_configuration.add_param(name=name, param_type=_TYPES.get(name, RendererValueType.STRING))
        renderer_configuration.add_param(name="mostly", param_type=RendererValueType.NUMBER)
        mostly = renderer_configuration.params.mostly
        sentence = cls._sentence(
            renderer_configuration.kwargs, renderer_configuration.include_column_name, mostly.value if mostly else None
        )
        if "$mostly_pct" in sentence:
            percentage = num_to_str(mostly.value * 100, no_scientific=True)
            renderer_configuration.add_param("mostly_pct", RendererValueType.STRING, value=percentage)
        renderer_configuration.template_str = sentence
        return renderer_configuration

    @classmethod
    @renderer(renderer_type=LegacyRendererType.PRESCRIPTIVE)
    def _prescriptive_renderer(
        cls,
        configuration: Any = None,
        result: Any = None,
        runtime_configuration: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> list[Any]:
        asked = configuration or result.expectation_config
        runtime = runtime_configuration or {}
        mostly = asked.kwargs.get("mostly")
        params = {name: asked.kwargs.get(name) for name in cls.args_keys}
        if isinstance(mostly, int | float):
            params["mostly_pct"] = num_to_str(mostly * 100, no_scientific=True)
        sentence = cls._sentence(asked.kwargs, runtime.get("include_column_name") is not False, mostly)
        template = {"template": sentence, "params": params, "styling": runtime.get("styling")}
        return [RenderedStringTemplateContent(content_block_type="string_template", string_template=template)]

    @classmethod
    def _sentence(cls, kwargs: dict[str, Any], with_column: bool, mostly: Any) -> str:
        """The sentence without the clauses, in brackets, of arguments that are not given."""
        sentence = cls.says
        for name in cls.args_keys:
            before, opened, rest = sentence.partition(f"[{name}:")
            if opened:
                clause, _, after = rest.partition("]")
                sentence = before + (clause if kwargs.get(name) else "") + after
        if sentence.startswith("values") and with_column:
            sentence = f"$column {sentence}"
        most = isinstance(mostly, int | float) and mostly < 1
        return f"{sentence}, at least $mostly_pct % of the time." if most else f"{sentence}."
