"""Files that go along with a composed mail."""

from email.mime.image import MIMEImage

from django.core.mail import EmailMultiAlternatives

from nps_project.deliveries.composing import File


def attach(mail: EmailMultiAlternatives, file: File) -> None:
    """Put a file beside the mail's text; a picture that its HTML shows goes along as part of it (RFC 2387)."""
    if not file.content_id:
        mail.attach(file.name, file.content, file.content_type)
        return
    picture = MIMEImage(file.content, file.content_type.partition("/")[2])
    picture.add_header("Content-ID", f"<{file.content_id}>")
    picture.add_header("Content-Disposition", "inline", filename=file.name)
    mail.attach(picture)
    mail.mixed_subtype = "related"
