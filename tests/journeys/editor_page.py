"""A page that holds the script editor and the comparison and nothing else; only journeys and the benchmark mount it."""

from django.http import HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path
from django.utils.html import escape

SCRIPT = """function Restart-Queue {
    param([string]$Name)
    # Only where it hangs
    if (Get-Service $Name) {
        Restart-Service $Name
    }
}
"""
PAGE = """{% extends "base.html" %}
{% block main %}
  <p><button id="before">Before</button></p>
  <form id="form" method="post" action="" data-panel>
    {% csrf_token %}
    <div id="panel" class="builder__editor">
      <label for="text">Script</label>
      <script-editor language="powershell" label="Script" {{ attributes }}>
        <textarea id="text" name="text" rows="20" data-buffer data-url="/editor/save/" data-revision="1">
{{ script }}</textarea>
      </script-editor>
    </div>
    <p data-buffer-state></p>
    <button id="after">After</button>
  </form>
  <div id="comparison" hidden>
    <script-diff language="powershell" old-label="Yours" new-label="The draft">
      <textarea data-old hidden>
{{ script }}</textarea>
      <textarea data-new hidden>
{{ draft }}</textarea>
    </script-diff>
  </div>
{% endblock %}
"""

saved = []  # what the page sent, newest last


def page(request):
    """The page; `?with=open` and the like puts attributes on the editor. Posted, it answers what the form held."""
    if request.method == "POST":
        # An icon of its own, because some browsers ask for one that is not there.
        text = escape(request.POST["text"].replace("\r\n", "\n"))
        return HttpResponse(f'<link rel="icon" href="data:,"><pre>\n{text}</pre>')
    context = {
        "attributes": request.GET.get("with", ""),
        "script": request.GET.get("script", SCRIPT),
        "draft": SCRIPT.replace("Restart-Service $Name", "Restart-Service $Name -Force"),
    }
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


def save(request):
    """Takes what the page saves by itself."""
    saved.append(request.POST["text"])
    return JsonResponse({"revision": len(saved) + 1})


urlpatterns = [path("editor/", page), path("editor/save/", save), path("", include("flowpilot.urls"))]
